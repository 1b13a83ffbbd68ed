import math
import random

random.seed(7)
n_in, n_hid = 2, 4
hidden = [[random.uniform(-1, 1) for _ in range(n_in + 1)] for _ in range(n_hid)]      # last one is the bias
output = [random.uniform(-1, 1) for _ in range(n_hid + 1)]


def run(x):
    acts = []
    for row in hidden:
        total = row[-1]
        for k in range(n_in):
            total += row[k] * x[k]
        acts.append(math.tanh(total))
    total = output[-1]
    for k in range(n_hid):
        total += output[k] * acts[k]
    return acts, 1 / (1 + math.exp(-total))


def train_one(x, t, rate):
    acts, y = run(x)
    delta = t - y
    deltas = []
    for k in range(n_hid):
        deltas.append(delta * output[k] * (1 - acts[k] * acts[k]))
    for k in range(n_hid):
        output[k] += rate * delta * acts[k]
    output[-1] += rate * delta
    for k in range(n_hid):
        for m in range(n_in):
            hidden[k][m] += rate * deltas[k] * x[m]
        hidden[k][-1] += rate * deltas[k]


samples = [([random.uniform(-1, 1), random.uniform(-1, 1)], None) for _ in range(40)]
samples = [(x, int(x[0] * x[1] > 0)) for x, _ in samples]
for epoch in range(500):
    random.shuffle(samples)
    for x, t in samples:
        train_one(x, t, 0.1)
print("wrong:", sum((run(x)[1] > 0.5) != bool(t) for x, t in samples), "of", len(samples))
