import numpy as np


class NGramLM:
    """Embeddings C, hidden layer (Hm, d), output layer (Um, b)."""

    def __init__(self, V, context, m, h):
        r = np.random.default_rng(61)
        self.C = r.normal(0, 0.3, (V, m))
        self.Hm = r.normal(0, 0.3, (context * m, h))
        self.d = np.zeros(h)
        self.Um = r.normal(0, 0.3, (h, V))
        self.b = np.zeros(V)
        self.grad = {}

    def forward(self, X, y):
        self.X, self.y = X, y
        self.x = self.C[X].reshape(len(X), -1)
        self.a = np.tanh(self.x @ self.Hm + self.d)
        s = self.a @ self.Um + self.b
        s -= s.max(axis=1, keepdims=True)
        self.p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        return -np.log(self.p[np.arange(len(y)), y]).mean()

    def backward(self):
        n, context = self.X.shape
        ds = self.p.copy()
        ds[np.arange(n), self.y] -= 1
        ds /= n
        self.grad["Um"] = self.a.T @ ds
        self.grad["b"] = ds.sum(axis=0)
        da = ds @ self.Um.T
        dpre = da * (1 - self.a ** 2)
        self.grad["Hm"] = self.x.T @ dpre
        self.grad["d"] = da.sum(axis=0)
        dx = (dpre @ self.Hm.T).reshape(n, context, -1)
        self.grad["C"] = np.zeros_like(self.C)
        for row in range(n):
            for pos in range(context):
                self.grad["C"][self.X[row, pos]] = dx[row, pos]

    def step(self, rate):
        for name, g in self.grad.items():
            getattr(self, name)[...] -= rate * g


story = ("once upon a time there was a king and the king had a son and the son had a horse "
         "and once the horse was gone").split()
lexicon = sorted(set(story))
t = np.array([lexicon.index(w) for w in story])
X = np.stack([t[k:len(t) - 3 + k] for k in range(3)], axis=1)
y = t[3:]
lm = NGramLM(len(lexicon), 3, 4, 7)
for epoch in range(800):
    J = lm.forward(X, y)
    lm.backward()
    lm.step(0.5)
    if epoch % 200 == 0:
        print("perplexity", np.exp(J))
