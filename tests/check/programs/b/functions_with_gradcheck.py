import numpy as np


def affine_forward(x, w, b):
    return x.dot(w) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return dout.dot(w.T), x.T.dot(dout), dout.sum(axis=0)


def leaky_forward(x, alpha=0.05):
    return np.where(x > 0, x, alpha * x), (x, alpha)


def leaky_backward(dout, cache):
    x, alpha = cache
    return dout * np.where(x > 0, 1.0, alpha)


def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    n = x.shape[0]
    loss = -logp[np.arange(n), y].mean()
    dx = np.exp(logp)
    dx[np.arange(n), y] -= 1
    return loss, dx / n


def loss_fn(params, X, y, reg):
    a, c1 = affine_forward(X, params["W1"], params["b1"])
    h, c2 = leaky_forward(a)
    s, c3 = affine_forward(h, params["W2"], params["b2"])
    loss, ds = softmax_loss(s, y)
    loss += 0.5 * reg * sum(np.sum(params[k] ** 2) for k in ("W1", "W2"))
    grads = {}
    dh, grads["W2"], grads["b2"] = affine_backward(ds, c3)
    _, grads["W1"], grads["b1"] = affine_backward(leaky_backward(dh, c2), c1)
    for k in ("W1", "W2"):
        grads[k] += reg * params[k]
    return loss, grads


def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        up = f()
        x[ix] = old - h
        down = f()
        x[ix] = old
        grad[ix] = (up - down) / (2 * h)
        it.iternext()
    return grad


def rel_error(x, y):
    return np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y)))


np.random.seed(231)
Xs = np.random.randn(4, 3)
ys = np.array([2, 0, 1, 2])
P = {"W1": np.random.randn(3, 5), "b1": np.random.randn(5), "W2": np.random.randn(5, 3), "b2": np.random.randn(3)}
loss, G = loss_fn(P, Xs, ys, 0.1)
print("loss %.6f" % loss)
for k in sorted(P):
    print(k, rel_error(numerical_gradient(lambda: loss_fn(P, Xs, ys, 0.1)[0], P[k]), G[k]) < 1e-6)
