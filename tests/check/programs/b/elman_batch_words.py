import numpy as np

rng = np.random.RandomState(31)


class WordRNNClassifier:
    """embedding -> tanh RNN -> mean over time -> softmax"""

    def __init__(self, vocab, dim, hidden, classes):
        self.emb = rng.randn(vocab, dim) * 0.5
        self.Wx = rng.randn(dim, hidden) * 0.4
        self.Wh = rng.randn(hidden, hidden) * 0.3
        self.bh = np.zeros(hidden)
        self.Wo = rng.randn(hidden, classes) * 0.4
        self.bo = np.zeros(classes)
        self.grads = {}

    def forward(self, words, labels):
        n, T = words.shape
        self.words, self.labels = words, labels
        self.e = self.emb[words]
        self.h = np.zeros((n, T + 1, self.Wh.shape[0]))
        for t in range(T):
            self.h[:, t + 1] = np.tanh(self.e[:, t] @ self.Wx + self.h[:, t] @ self.Wh + self.bh)
        self.mean = self.h[:, 1:].mean(axis=1)
        s = self.mean @ self.Wo + self.bo
        s -= s.max(axis=1, keepdims=True)
        self.p = np.exp(s)
        self.p /= self.p.sum(axis=1, keepdims=True)
        return -np.mean(np.log(self.p[np.arange(n), labels]))

    def backward(self):
        n, T = self.words.shape
        ds = self.p.copy()
        ds[np.arange(n), self.labels] -= 1
        ds /= n
        self.grads = {k: np.zeros_like(getattr(self, k)) for k in ("emb", "Wx", "Wh", "bh")}
        self.grads["Wo"] = self.mean.T @ ds
        self.grads["bo"] = ds.sum(axis=0)
        dmean = ds @ self.Wo.T / T
        back = np.zeros_like(dmean)
        for t in reversed(range(T)):
            dh = dmean + back
            dz = dh * (1 - self.h[:, t + 1] ** 2)
            self.grads["Wx"] += self.e[:, t].T @ dz
            self.grads["Wh"] += self.h[:, t].T @ dz
            self.grads["bh"] += dz.sum(axis=0)
            np.add.at(self.grads["emb"], self.words[:, t], dz @ self.Wx.T)
            back = dh @ self.Wh.T

    def step(self, rate):
        for k, g in self.grads.items():
            p = getattr(self, k)
            p -= rate * np.clip(g, -2, 2)


words = rng.randint(0, 5, (60, 6))
labels = (np.sum(words == 0, axis=1) > np.sum(words == 1, axis=1)).astype(int)
clf = WordRNNClassifier(5, 3, 6, 2)
for epoch in range(500):
    J = clf.forward(words, labels)
    clf.backward()
    clf.step(0.5)
    if epoch % 100 == 0:
        print(epoch, "cross entropy %.4f" % J)
