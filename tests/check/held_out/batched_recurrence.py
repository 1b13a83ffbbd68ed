import numpy as np

np.random.seed(42)
T, B, D, H = 6, 3, 2, 5
Wx = np.random.randn(D, H) * 0.5
Wh = np.random.randn(H, H) * 0.5
bh = np.random.randn(H) * 0.1
Wy = np.random.randn(H, 1) * 0.5
by = np.zeros(1)

x = np.random.randn(T, B, D)
target = np.cumsum(x, axis=0).mean(axis=2, keepdims=True)
lr = 0.05

def forward(x):
    h = np.zeros((T + 1, B, H))
    out = np.zeros((T, B, 1))
    for t in range(T):
        h[t] = np.tanh(x[t] @ Wx + h[t - 1] @ Wh + bh)
        out[t] = h[t] @ Wy + by
    return h, out

def backward(x, h, out, target):
    dWx, dWh, dbh = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(bh)
    dWy, dby = np.zeros_like(Wy), np.zeros_like(by)
    dh_next = np.zeros((B, H))
    dout = (out - target) / B
    for t in reversed(range(T)):
        dWy += h[t].T @ dout[t]
        dby += dout[t].sum(axis=0)
        dh = dout[t] @ Wy.T + dh_next
        draw = dh * (1 - h[t] ** 2)
        dWx += x[t].T @ draw
        dWh += h[t].T @ draw
        dbh += draw.sum(axis=0)
        dh_next = draw @ Wh.T
    return dWx, dWh, dbh, dWy, dby

for step in range(500):
    h, out = forward(x)
    loss = 0.5 * np.sum((out - target) ** 2) / B
    grads = backward(x, h, out, target)
    for param, grad in zip([Wx, Wh, bh, Wy, by], grads):
        np.clip(grad, -50, 50, out=grad)
        param -= lr * grad
    if step % 100 == 0:
        print(step, loss)
