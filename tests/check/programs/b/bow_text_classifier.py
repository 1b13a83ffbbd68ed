import numpy as np


class DeepAveragingNetwork:
    def __init__(self, V, D, H, K, seed=0):
        r = np.random.RandomState(seed)
        self.E = r.uniform(-0.5, 0.5, (V, D))
        self.H = r.uniform(-0.5, 0.5, (D, H))
        self.c = np.zeros(H)
        self.O = r.uniform(-0.5, 0.5, (H, K))

    def loss(self, docs, labels):
        self.docs, self.labels = docs, labels
        self.avg = np.array([self.E[d].mean(axis=0) for d in docs])
        self.h = np.maximum(self.avg @ self.H + self.c, 0)
        s = self.h @ self.O
        s = s - s.max(1, keepdims=True)
        self.p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
        return -np.log(self.p[range(len(docs)), labels]).sum()

    def grads(self):
        d = self.p.copy()
        d[range(len(d)), self.labels] -= 1
        g = {"O": self.h.T @ d}
        dh = d @ self.O.T
        dh[self.h < 0] = 0
        g["c"] = dh.sum(axis=0)
        g["H"] = self.avg.T @ dh
        davg = dh @ self.H.T
        g["E"] = np.zeros_like(self.E)
        for doc, row in zip(self.docs, davg):
            for word in set(doc):
                g["E"][word] += row / len(doc)
        return g


reviews = ["good good movie", "bad plot bad end", "good plot good end good", "bad movie", "great great good fun",
           "dull bad dull film", "fun film", "dull plot"]
labels = [1, 0, 1, 0, 1, 0, 1, 0]
vocab = {w: i for i, w in enumerate(sorted({w for r in reviews for w in r.split()}))}
docs = [[vocab[w] for w in r.split()] for r in reviews]
net = DeepAveragingNetwork(len(vocab), 4, 6, 2)
for epoch in range(300):
    J = net.loss(docs, labels)
    for name, g in net.grads().items():
        setattr(net, name, getattr(net, name) - 0.1 * g)
    if epoch % 100 == 0:
        print("epoch", epoch, "loss", J)
