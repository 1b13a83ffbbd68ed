import numpy as np

def activate(x): return np.tanh(x)
def slope(out): return 1 - out * out

np.random.seed(9)
X = np.random.uniform(-1, 1, (8, 4))
Y = np.sign(X[:, :1] * X[:, 1:2]) * 0.8

W0 = np.random.uniform(-.5, .5, (4, 4))
W1 = np.random.uniform(-.5, .5, (4, 4))
W2 = np.random.uniform(-.5, .5, (4, 1))
eta = 0.05

for epoch in range(3000):
    h0 = activate(X @ W0)
    h1 = activate(h0 @ W1)
    out = activate(h1 @ W2)

    err = Y - out
    d2 = err * slope(out)
    d1 = (d2 @ W2.T) * slope(h1)
    d0 = (d1 @ W1) * slope(h0)

    W2 += eta * h1.T @ d2
    W1 += eta * h0.T @ d1
    W0 += eta * X.T @ d0

    if epoch % 1000 == 0:
        print(epoch, "mean abs error:", np.abs(err).mean())
