import math
import random
import numpy as np

tokens = "a rose is a rose is a rose said the rose to a daisy and the daisy said is a rose a daisy".split()
vocab = sorted(set(tokens))
lookup = dict(zip(vocab, range(len(vocab))))
layer1_size, window, negative = 5, 2, 2

random.seed(3)
np.random.seed(3)
syn0 = (np.random.rand(len(vocab), layer1_size) - 0.5) / layer1_size
syn1neg = np.zeros((len(vocab), layer1_size))
alpha = 0.05


def sigma(f):
    return 1 / (1 + math.exp(-f))


def train_pair(word, context, negatives, alpha):
    neu1e = np.zeros(layer1_size)
    for target, label in [(context, 1)] + [(n, 0) for n in negatives]:
        f = 0.0
        for c in range(layer1_size):
            f += syn0[word, c] * syn1neg[target, c]
        g = (label - sigma(f)) * alpha
        for c in range(layer1_size):
            neu1e[c] += g * syn1neg[target, c]
        for c in range(layer1_size):
            syn1neg[target, c] += g * syn0[word, c]
    syn0[word] += neu1e


for epoch in range(300):
    for pos in range(len(tokens)):
        b = random.randint(1, window)
        for other in range(max(0, pos - b), min(len(tokens), pos + b + 1)):
            if other == pos:
                continue
            context = lookup[tokens[other]]
            negatives = []
            while len(negatives) < negative:
                n = random.randrange(len(vocab))
                if n != context:
                    negatives.append(n)
            train_pair(lookup[tokens[pos]], context, negatives, alpha)
rose = syn0[lookup["rose"]]
print(sorted(vocab, key=lambda v: -float(rose @ syn0[lookup[v]]))[:3])
