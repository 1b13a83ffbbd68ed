import numpy as np

np.random.seed(1)
T = 5
x = np.random.randn(T, 3)
y = np.random.randn(T, 2)
Wx = 0.5 * np.random.randn(4, 3)
Wh = 0.5 * np.random.randn(4, 4)
Wy = 0.5 * np.random.randn(2, 4)

for _ in range(1000):
    h = np.zeros((T + 1, 4))
    out = np.zeros((T, 2))
    for t in range(T):
        h[t] = np.tanh(Wx @ x[t] + Wh @ h[t - 1])
        out[t] = Wy @ h[t]
    loss = 0.5 * np.sum((out - y) ** 2)

    dWx, dWh, dWy = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wy)
    dnext = np.zeros(4)
    for t in reversed(range(T)):
        dout = out[t] - y[t]
        dWy += np.outer(dout, h[t])
        dh = Wy.T @ dout
        dz = dh * (1 - h[t] ** 2)
        dWx += np.outer(dz, x[t])
        dWh += np.outer(dz, h[t - 1])
        dnext = Wh.T @ dz

    Wx -= 0.05 * dWx
    Wh -= 0.05 * dWh
    Wy -= 0.05 * dWy
