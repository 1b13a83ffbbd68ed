import math
import random

random.seed(42)

def sigmoid(x):
    return 1 / (1 + math.exp(-x))

data = [((0.05, 0.10), 0.3), ((0.9, 0.2), 0.8), ((0.4, 0.7), 0.55)]

w1, w2, w3, w4 = 0.15, 0.20, 0.25, 0.30
w5, w6 = 0.40, 0.45
b1, b2 = 0.35, 0.60
lr = 0.5

for epoch in range(500):
    total = 0
    for (x1, x2), t in data:
        # forward
        h1 = sigmoid(w1 * x1 + w2 * x2 + b1)
        h2 = sigmoid(w3 * x1 + w4 * x2 + b1)
        o = sigmoid(w5 * h1 + w6 * h2 + b2)
        total += 0.5 * (t - o) ** 2

        # output neuron
        delta_o = (o - t) * o * (1 - o)
        w5 -= lr * delta_o * h1
        w6 -= lr * delta_o * h2
        b2 -= lr * delta_o

        # hidden neurons
        delta_h1 = delta_o * w5 * h1 * (1 - h1)
        delta_h2 = delta_o * w6 * h2 * (1 - h2)
        w1 -= lr * delta_h1 * x1
        w2 -= lr * delta_h1 * x2
        w3 -= lr * delta_h2 * x1
        w4 -= lr * delta_h2 * x2
        b1 -= lr * (delta_h1 + delta_h2)
    if epoch % 100 == 0:
        print(epoch, total)
