import numpy as np

text = "abacabadabacabaeabacabadabacaba"
symbols = sorted(set(text))
ix = {s: i for i, s in enumerate(symbols)}
V = len(symbols)
H = 7
SEQ = 5


class CharRNN:
    def __init__(self):
        r = np.random.RandomState(8)
        self.Wx = r.randn(V, H) * 0.2
        self.Wh = r.randn(H, H) * 0.2
        self.Wy = r.randn(H, V) * 0.2
        self.bh = np.zeros(H)
        self.by = np.zeros(V)

    def grads(self, inputs, outputs, carry):
        T = len(inputs)
        h = np.zeros((T + 1, H))
        h[-1] = carry
        p = np.zeros((T, V))
        loss = 0.0
        for t in range(T):
            h[t] = np.tanh(self.Wx[inputs[t]] + h[t - 1] @ self.Wh + self.bh)
            y = h[t] @ self.Wy + self.by
            e = np.exp(y - y.max())
            p[t] = e / e.sum()
            loss -= np.log(p[t, outputs[t]])
        p[np.arange(T), outputs] -= 1
        gWx = np.zeros_like(self.Wx)
        gWh = np.zeros_like(self.Wh)
        gbh = np.zeros_like(self.bh)
        gWy = h[:T].T @ p
        gby = p.sum(axis=0)
        back = np.zeros(H)
        for t in range(T - 1, -1, -1):
            d = (self.Wy @ p[t] + back) * (1 - h[t] ** 2)
            gbh += d
            gWx[inputs[t]] += d
            gWh += np.outer(h[t - 1], d)
            back = self.Wh @ d
        return loss, (gWx, gWh, gWy, gbh, gby), h[T - 1]


net = CharRNN()
state = np.zeros(H)
pos = 0
for it in range(4000):
    if pos + SEQ + 1 > len(text):
        pos = 0
        state = np.zeros(H)
    a = [ix[c] for c in text[pos:pos + SEQ]]
    b = [ix[c] for c in text[pos + 1:pos + SEQ + 1]]
    loss, grads, state = net.grads(a, b, state)
    for name, grad in zip(("Wx", "Wh", "Wy", "bh", "by"), grads):
        grad = np.clip(grad, -3, 3)
        setattr(net, name, getattr(net, name) - 0.05 * grad)
    pos += SEQ
    if it % 1000 == 0:
        print(it, loss / SEQ)
