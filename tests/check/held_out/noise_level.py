import numpy as np

# heteroscedastic regression: the net gives a mean and a log-variance
np.random.seed(17)
x = np.random.uniform(-1, 1, (30, 2))
y = np.sin(3 * x[:, :1]) + 0.2 * np.abs(x[:, 1:]) * np.random.randn(30, 1)

W1 = np.random.randn(2, 7)
b1 = np.random.randn(7) * 0.1
Wm = np.random.randn(7, 1) * 0.3
Ws = np.random.randn(7, 1) * 0.3

for it in range(1000):
    a = np.tanh(x @ W1 + b1)
    mean = a @ Wm
    logvar = a @ Ws
    nll = 0.5 * np.mean(logvar + (y - mean) ** 2 * np.exp(-logvar))

    inv = np.exp(-logvar)
    gm = (mean - y) * inv / len(x)
    gs = 0.5 * (1 - (y - mean) ** 2 * inv) / len(x)
    gWm, gWs = a.T @ gm, a.T @ gs
    ga = gm @ Wm.T + gs @ Ws.T
    gz = ga * (1 - a ** 2)
    gW1, gb1 = x.T @ gz, gz.sum(0)
    for p, g in ((W1, gW1), (b1, gb1), (Wm, gWm)):
        p -= 0.05 * g
    if it % 200 == 0:
        print(it, nll)
