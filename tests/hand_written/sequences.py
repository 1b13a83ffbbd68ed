"""Attention and recurrence."""

import numpy as np

from hand_written.passes import Passes
from zoo.case import draw

PASSES = Passes()

T, D, H = 5, 4, 2
xs = draw(T, D, seed=400)
target = draw(T, D, seed=401)
future = np.triu(np.ones((T, T), dtype=bool), 1)


def attention_head(x, Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    s = np.where(future, -1e9, q @ k.T / np.sqrt(D))
    e = np.exp(s - s.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    out = a @ v
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(attention_head, draw(T, D, seed=1), draw(D, D, seed=2), draw(D, D, seed=3), draw(D, D, seed=4))
def attention_head_by_hand(x, Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    s = np.where(future, -1e9, q @ k.T / np.sqrt(D))
    e = np.exp(s - s.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    out = a @ v
    # backward
    dout = out - target
    dv = a.T @ dout
    da = dout @ v.T
    ds = a * (da - np.sum(da * a, axis=1, keepdims=True)) / np.sqrt(D)
    dq = ds @ k
    dk = ds.T @ q
    dWq = x.T @ dq
    dWk = x.T @ dk
    dWv = x.T @ dv
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dx, dWq, dWk, dWv


def multi_head_attention(x, Wqkv, Wo):
    q, k, v = (x @ Wqkv).reshape(T, 3, H, D // H).transpose(1, 2, 0, 3)
    s = np.where(future, -1e9, q @ k.transpose(0, 2, 1) / np.sqrt(D // H))
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    a = e / e.sum(axis=-1, keepdims=True)
    heads = (a @ v).transpose(1, 0, 2).reshape(T, D)
    out = heads @ Wo
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(multi_head_attention, draw(T, D, seed=1), draw(D, 3 * D, seed=2), draw(D, D, seed=3))
def multi_head_attention_by_hand(x, Wqkv, Wo):
    q, k, v = (x @ Wqkv).reshape(T, 3, H, D // H).transpose(1, 2, 0, 3)
    s = np.where(future, -1e9, q @ k.transpose(0, 2, 1) / np.sqrt(D // H))
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    a = e / e.sum(axis=-1, keepdims=True)
    heads = (a @ v).transpose(1, 0, 2).reshape(T, D)
    out = heads @ Wo
    # backward
    dout = out - target
    dWo = heads.T @ dout
    dheads = (dout @ Wo.T).reshape(T, H, D // H).transpose(1, 0, 2)
    dv = a.transpose(0, 2, 1) @ dheads
    da = dheads @ v.transpose(0, 2, 1)
    ds = a * (da - np.sum(da * a, axis=-1, keepdims=True)) / np.sqrt(D // H)
    dq = ds @ k
    dk = ds.transpose(0, 2, 1) @ q
    dqkv = np.stack([dq, dk, dv]).transpose(2, 0, 1, 3).reshape(T, 3 * D)
    dWqkv = x.T @ dqkv
    dx = dqkv @ Wqkv.T
    return dx, dWqkv, dWo


def transformer_feed_forward(x, W1, b1, W2, b2):
    mu = x.mean(axis=-1, keepdims=True)
    xhat = (x - mu) / np.sqrt(np.mean((x - mu) ** 2, axis=-1, keepdims=True) + 1e-5)
    h = np.maximum(0, xhat @ W1 + b1)
    out = x + h @ W2 + b2
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(
    transformer_feed_forward,
    draw(T, D, seed=1),
    draw(D, 8, seed=2),
    draw(8, seed=3),
    draw(8, D, seed=4),
    draw(D, seed=5),
)
def transformer_feed_forward_by_hand(x, W1, b1, W2, b2):
    mu = x.mean(axis=-1, keepdims=True)
    std = np.sqrt(np.mean((x - mu) ** 2, axis=-1, keepdims=True) + 1e-5)
    xhat = (x - mu) / std
    h = np.maximum(0, xhat @ W1 + b1)
    out = x + h @ W2 + b2
    # backward
    dout = out - target
    dW2 = h.T @ dout
    db2 = dout.sum(axis=0)
    dz = (dout @ W2.T) * (h > 0)
    dW1 = xhat.T @ dz
    db1 = dz.sum(axis=0)
    dxhat = dz @ W1.T
    dx = (dxhat - dxhat.mean(axis=-1, keepdims=True) - xhat * np.mean(dxhat * xhat, axis=-1, keepdims=True)) / std
    dx += dout
    return dx, dW1, db1, dW2, db2


def recurrent_net(Wx, Wh, b):
    hs = [np.zeros(3)]
    for t in range(T):
        hs.append(np.tanh(xs[t] @ Wx + hs[-1] @ Wh + b))
    return 0.5 * np.sum(hs[-1] ** 2)


@PASSES.of(recurrent_net, draw(D, 3, seed=1), draw(3, 3, seed=2), draw(3, seed=3))
def recurrent_net_by_hand(Wx, Wh, b):
    hs = [np.zeros(3)]
    for t in range(T):
        hs.append(np.tanh(xs[t] @ Wx + hs[-1] @ Wh + b))
    # backward
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dh = hs[-1]
    for t in reversed(range(T)):
        dz = dh * (1 - hs[t + 1] ** 2)
        dWx += np.outer(xs[t], dz)
        dWh += np.outer(hs[t], dz)
        db += dz
        dh = Wh @ dz
    return dWx, dWh, db


inputs = draw(3, D, seed=402)
wanted = draw(3, 3, seed=403)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_step(W, b, h, c):
    z = np.hstack([inputs, h]) @ W + b
    i, f, o = sigmoid(z[:, :3]), sigmoid(z[:, 3:6]), sigmoid(z[:, 6:9])
    g = np.tanh(z[:, 9:])
    c_new = f * c + i * g
    h_new = o * np.tanh(c_new)
    return 0.5 * np.sum((h_new - wanted) ** 2)


@PASSES.of(lstm_step, draw(7, 12, seed=1), draw(12, seed=2), draw(3, 3, seed=3), draw(3, 3, seed=4))
def lstm_step_by_hand(W, b, h, c):
    joined = np.hstack([inputs, h])
    z = joined @ W + b
    i, f, o = sigmoid(z[:, :3]), sigmoid(z[:, 3:6]), sigmoid(z[:, 6:9])
    g = np.tanh(z[:, 9:])
    c_new = f * c + i * g
    t = np.tanh(c_new)
    h_new = o * t
    # backward
    dh_new = h_new - wanted
    dc_new = dh_new * o * (1 - t**2)
    do = dh_new * t
    di = dc_new * g
    df = dc_new * c
    dg = dc_new * i
    dc = dc_new * f
    dz = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)])
    dW = joined.T @ dz
    db = dz.sum(axis=0)
    dh = (dz @ W.T)[:, D:]
    return dW, db, dh, dc


def gru_step(Wz, Wr, Wn, Uz, Ur, Un, h):
    z = sigmoid(inputs @ Wz + h @ Uz)
    r = sigmoid(inputs @ Wr + h @ Ur)
    n = np.tanh(inputs @ Wn + (r * h) @ Un)
    h_new = (1 - z) * n + z * h
    return 0.5 * np.sum((h_new - wanted) ** 2)


@PASSES.of(
    gru_step, *(draw(D, 3, seed=s) for s in (1, 2, 3)), *(draw(3, 3, seed=s) for s in (4, 5, 6)), draw(3, 3, seed=7)
)
def gru_step_by_hand(Wz, Wr, Wn, Uz, Ur, Un, h):
    z = sigmoid(inputs @ Wz + h @ Uz)
    r = sigmoid(inputs @ Wr + h @ Ur)
    n = np.tanh(inputs @ Wn + (r * h) @ Un)
    h_new = (1 - z) * n + z * h
    # backward
    dh_new = h_new - wanted
    dz = dh_new * (h - n) * z * (1 - z)
    dn = dh_new * (1 - z) * (1 - n**2)
    drh = dn @ Un.T
    dr = drh * h * r * (1 - r)
    dWz = inputs.T @ dz
    dWr = inputs.T @ dr
    dWn = inputs.T @ dn
    dUz = h.T @ dz
    dUr = h.T @ dr
    dUn = (r * h).T @ dn
    dh = dh_new * z + drh * r + dz @ Uz.T + dr @ Ur.T
    return dWz, dWr, dWn, dUz, dUr, dUn, dh
