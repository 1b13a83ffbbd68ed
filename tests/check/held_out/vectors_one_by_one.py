import numpy as np
np.random.seed(4)

n = 4
x_data = np.random.randn(10, n)
t_data = np.tanh(x_data @ np.random.randn(n, n))[:, :3]

Wa = np.random.randn(n, n) * 0.5
Wb = np.random.randn(n, 3) * 0.5
lr = 0.05

for epoch in range(200):
    sq = 0
    for x, t in zip(x_data, t_data):
        a = np.tanh(x @ Wa)
        o = a @ Wb
        sq += np.sum((o - t) ** 2) / 2
        go = o - t
        ga = Wb @ go
        gz = ga * (1 - a * a)
        Wb -= lr * np.outer(a, go)
        Wa -= lr * np.outer(x, gz)
    if epoch % 50 == 0:
        print(epoch, sq)
