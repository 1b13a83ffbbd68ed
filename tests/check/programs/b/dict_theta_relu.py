import numpy as np

rs = np.random.RandomState(3)
theta = {"A": rs.randn(4, 7) * 0.5, "a": np.zeros(7), "B": rs.randn(7, 3) * 0.5}


def f(x, theta):
    z = x @ theta["A"] + theta["a"]
    h = np.maximum(z, 0)
    return h @ theta["B"], (x, z, h)


def b(dout, cache, theta):
    x, z, h = cache
    dh = h
    np.matmul(dout, theta["B"].T, out=dh)
    dh[z <= 0] = 0
    return {"B": h.T @ dout, "A": x.T @ dh, "a": dh.sum(axis=0)}


X = rs.randn(40, 4)
Y = np.abs(X[:, :3]) - 0.5
for epoch in range(400):
    out, cache = f(X, theta)
    grads = b(out - Y, cache, theta)
    for k in theta:
        theta[k] -= 0.005 * grads[k]
    if epoch % 100 == 0:
        print(epoch, np.sum((out - Y) ** 2))
