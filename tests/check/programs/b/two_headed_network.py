import numpy as np

# One trunk, two heads: a classifier (cross entropy) and a regressor (squared error)
np.random.seed(5)
X = np.random.randn(80, 6)
label = (X[:, :1] + X[:, 1:2] > 0).astype(float)
age = (X[:, 2:3] * 2 - X[:, 3:4])
lam = 0.3
lr = 0.2

params = {}
params["W"] = np.random.randn(6, 5) * 0.4
params["b"] = np.zeros((1, 5))
params["Wc"] = np.random.randn(5, 1) * 0.4
params["Wr"] = np.random.randn(5, 1) * 0.4

for i in range(3000):
    h = np.tanh(X @ params["W"] + params["b"])
    pc = 1 / (1 + np.exp(-h @ params["Wc"]))
    pr = h @ params["Wr"]

    grads = {}
    n = len(X)
    # head 1
    dc = (pc - label) / n
    grads["Wc"] = h.T @ dc
    dh = dc @ params["Wc"].T
    # head 2
    dr = lam * (pr - age) / n
    grads["Wr"] = h.T @ dr
    dh = dr @ params["Wr"].T
    # trunk
    dz = dh * (1 - h * h)
    grads["W"] = X.T @ dz
    grads["b"] = dz.sum(axis=0, keepdims=True)

    for key in params:
        params[key] = params[key] - lr * grads[key]

    if i % 500 == 0:
        ce = -np.mean(label * np.log(pc) + (1 - label) * np.log(1 - pc))
        se = np.mean((pr - age) ** 2)
        print("%4d  ce %.4f  mse %.4f" % (i, ce, se))
