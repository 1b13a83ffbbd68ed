import numpy as np

np.random.seed(100)
n, d, dk = 5, 6, 3     # tokens, model width, head width

def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

class SelfAttention:
    def __init__(self):
        self.Wq = np.random.randn(d, dk) / np.sqrt(d)
        self.Wk = np.random.randn(d, dk) / np.sqrt(d)
        self.Wv = np.random.randn(d, dk) / np.sqrt(d)

    def forward(self, x):
        self.x = x
        self.q, self.k, self.v = x @ self.Wq, x @ self.Wk, x @ self.Wv
        self.att = softmax(self.q @ self.k.T / np.sqrt(dk))
        return self.att @ self.v

    def backward(self, dout):
        dv = self.att.T @ dout
        datt = dout @ self.v.T
        ds = self.att * (datt - (datt * self.att).sum(axis=-1, keepdims=True))
        ds /= np.sqrt(dk)
        dq = ds @ self.k
        dk_ = ds @ self.q
        self.dWq = self.x.T @ dq
        self.dWk = self.x.T @ dk_
        self.dWv = self.x.T @ dv
        return dq @ self.Wq.T + dk_ @ self.Wk.T + dv @ self.Wv.T

X = np.random.randn(n, d)
target = np.random.randn(n, dk)
head = SelfAttention()
for step in range(200):
    out = head.forward(X)
    loss = np.mean((out - target) ** 2)
    head.backward(2 * (out - target) / out.size)
    head.Wq -= 0.5 * head.dWq
    head.Wk -= 0.5 * head.dWk
    head.Wv -= 0.5 * head.dWv
    if step % 50 == 0:
        print(f'step {step:3d}  loss {loss:.4f}')
