import numpy as np


class CBOW(object):
    """Continuous bag of words: average the context vectors, predict the middle word."""

    def __init__(self, vocab_size, dim):
        self.E = np.random.randn(vocab_size, dim) * 0.1
        self.O = np.random.randn(dim, vocab_size) * 0.1

    def forward(self, context, target):
        self.context, self.target = context, target
        self.h = self.E[context].mean(axis=1)
        logits = np.matmul(self.h, self.O)
        logits -= logits.max(axis=1, keepdims=True)
        exp = np.exp(logits)
        self.prob = exp / exp.sum(axis=1, keepdims=True)
        picked = self.prob[np.arange(len(target)), target]
        return -np.mean(np.log(picked))

    def backward(self):
        batch, width = self.context.shape
        d = self.prob.copy()
        d[np.arange(batch), self.target] -= 1
        d /= batch
        self.dO = np.matmul(self.h.T, d)
        dh = np.matmul(d, self.O.T)
        self.dE = np.zeros_like(self.E)
        for i in range(width):
            np.add.at(self.dE, self.context[:, i], dh)


sentence = "we are about to study the idea of a computational process and the idea of a program".split()
words = sorted(set(sentence))
index = {w: i for i, w in enumerate(words)}
ids = [index[w] for w in sentence]
contexts = np.array([[ids[i - 2], ids[i - 1], ids[i + 1], ids[i + 2]] for i in range(2, len(ids) - 2)])
targets = np.array(ids[2:-2])

np.random.seed(0)
model = CBOW(len(words), 6)
for epoch in range(1000):
    loss = model.forward(contexts, targets)
    model.backward()
    model.E -= 0.5 * model.dE
    model.O -= 0.5 * model.dO
    if epoch % 250 == 0:
        print("loss:", loss)
