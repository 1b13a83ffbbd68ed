import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

rng = np.random.default_rng(77)
x = rng.normal(size=(16, 12))
t = (x[:, :-1] * x[:, 1:]).mean(axis=1) + 0.2 * x[:, 3]

kernel = rng.normal(size=(3, 4)) * 0.4          # width, channels
bias = np.zeros(4)
readout = rng.normal(size=4) * 0.4
eta = 0.002


def predict(x):
    windows = sliding_window_view(x, 3, axis=1)          # (n, 10, 3)
    a = np.tanh(windows @ kernel + bias)                 # (n, 10, 4)
    return windows, a, a.mean(axis=1) @ readout


for k in range(1000):
    windows, a, pred = predict(x)
    err = pred - t
    d_readout = err @ a.mean(axis=1)
    d_a = err[:, None, None] * readout / a.shape[1]
    d_z = d_a * (1 - a ** 2)
    kernel -= eta * np.einsum("npk,npc->kc", windows, d_z)
    bias -= eta * d_z.sum(axis=(0, 1))
    readout -= eta * d_readout
    if k % 200 == 0:
        print(k, np.mean(err ** 2))
