# single head self attention, trained on a toy "copy the previous row" task
import numpy as np

rng = np.random.default_rng(12)


def softmax(s):
    s = s - s.max(axis=-1, keepdims=True)
    e = np.exp(s)
    return e / e.sum(axis=-1, keepdims=True)


def attention(x, Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scale = 1.0 / np.sqrt(k.shape[1])
    a = softmax(q @ k.T * scale)
    return a @ v, (x, q, k, v, a, scale)


def attention_backward(dout, cache):
    x, q, k, v, a, scale = cache
    dv = a.T @ dout
    da = dout @ v.T
    ds = a * (da - np.sum(a * da, axis=0))
    ds = ds * scale
    dq = ds @ k
    dk = ds.T @ q
    return {"Wq": x.T @ dq, "Wk": x.T @ dk, "Wv": x.T @ dv}


L, D, H, O = 8, 4, 6, 3
Wq = rng.normal(size=(D, H)) * 0.5
Wk = rng.normal(size=(D, H)) * 0.5
Wv = rng.normal(size=(D, O)) * 0.5
lr = 0.02

for step in range(600):
    x = rng.normal(size=(L, D))
    y = np.vstack([np.zeros((1, O)), x[:-1, :O]])
    out, cache = attention(x, Wq, Wk, Wv)
    diff = out - y
    loss = 0.5 * np.sum(diff ** 2)
    grads = attention_backward(diff, cache)
    Wq -= lr * grads["Wq"]
    Wk -= lr * grads["Wk"]
    Wv -= lr * grads["Wv"]
    if step % 100 == 0:
        print(f"{step:4d} {loss:.4f}")
