import numpy as np
from collections import defaultdict


class Word2Vec:

    def __init__(self, dim, window):
        self.n = dim
        self.window = window

    def build(self, sentences):
        counts = defaultdict(int)
        for s in sentences:
            for w in s:
                counts[w] += 1
        self.words = sorted(counts)
        self.index = {w: i for i, w in enumerate(self.words)}
        v = len(self.words)
        self.w1 = np.random.uniform(-1, 1, (v, self.n))
        self.w2 = np.random.uniform(-1, 1, (self.n, v))

    def pairs(self, sentences):
        for s in sentences:
            for i in range(len(s)):
                ctx = [self.index[s[j]] for j in range(i - self.window, i + self.window + 1)
                       if j != i and 0 <= j < len(s)]
                yield self.index[s[i]], ctx

    def softmax(self, x):
        e_x = np.exp(x - np.max(x))
        return e_x / e_x.sum(axis=0)

    def forward(self, center):
        h = self.w1[center]
        u = np.dot(self.w2.T, h)
        return self.softmax(u), h

    def train_pair(self, center, context, lr):
        y, h = self.forward(center)
        ei = np.zeros(len(self.words))
        for w in context:
            e = np.copy(y)
            e[w] -= 1
            ei += e
        self.w2 -= lr * np.outer(h, ei)
        self.w1[center] -= lr * np.dot(self.w2, ei)
        return -sum(np.log(y[w]) for w in context)

    def train(self, sentences, epochs, lr):
        for i in range(epochs):
            loss = 0
            for center, context in self.pairs(sentences):
                loss += self.train_pair(center, context, lr)
            if i % 200 == 0:
                print('EPOCH:', i, 'LOSS:', loss)


np.random.seed(13)
text = "natural language processing and machine learning is fun and exciting"
corpus = [text.split(), "machine processing of natural language is exciting".split()]
net = Word2Vec(dim=5, window=2)
net.build(corpus)
net.train(corpus, epochs=1000, lr=0.05)
