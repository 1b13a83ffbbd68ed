import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def swish(x):
    return x * sigmoid(x)

def swish_prime(x):
    s = sigmoid(x)
    return x * s * (1 - s)

def value_and_grad(p, X, Y):
    W1, b1, W2, b2 = p
    z = X @ W1 + b1
    a = swish(z)
    out = a @ W2 + b2
    diff = out - Y
    value = np.mean(diff ** 2)
    dout = 2 * diff / diff.size
    dz = (dout @ W2.T) * swish_prime(z)
    return value, [X.T @ dz, dz.sum(axis=0), a.T @ dout, dout.sum(axis=0)]

rng = np.random.default_rng(64)
X = rng.normal(size=(12, 3))
Y = np.c_[X[:, 0] * X[:, 1], X[:, 2] ** 2]
p = [rng.normal(size=(3, 7)) * 0.5, np.zeros(7), rng.normal(size=(7, 2)) * 0.5, np.zeros(2)]
for k in range(500):
    value, grads = value_and_grad(p, X, Y)
    p = [w - 0.05 * g for w, g in zip(p, grads)]
    if k % 100 == 0:
        print(k, value)
