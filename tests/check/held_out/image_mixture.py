import numpy as np

# CBOW with negative sampling
rng = np.random.RandomState(13)
V, D = 9, 4
W_in = rng.uniform(-.5, .5, (V, D))
W_out = rng.uniform(-.5, .5, (V, D))
text = [0, 4, 2, 7, 4, 1, 3, 8, 5, 6, 0, 2]
lr = 0.1

def sigmoid(v):
    return 1 / (1 + np.exp(-v))

for epoch in range(40):
    total = 0.
    for pos in range(2, len(text) - 2):
        context = [text[pos - 2], text[pos - 1], text[pos + 1], text[pos + 2]]
        samples = [text[pos]] + list(rng.choice(V, 3, replace=False))
        marks = [1] + [0] * 3
        h = W_in[context].mean(axis=0)
        neu1e = np.zeros(D)
        step = {}
        for word, mark in zip(samples, marks):
            f = sigmoid(h @ W_out[word])
            total -= np.log(f if mark else 1 - f)
            g = lr * (mark - f)
            neu1e += g * W_out[word]
            step.setdefault(word, np.zeros(D))
            step[word] += g * h
        for word in step:
            W_out[word] += step[word]
        for word in context:
            W_in[word] += neu1e / len(context)
        done = pos
    if epoch % 10 == 0:
        print(epoch, total)
