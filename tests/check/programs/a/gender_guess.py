import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class Tiny:
    def __init__(self):
        self.w = [np.random.normal() for _ in range(6)]
        self.b = [np.random.normal() for _ in range(3)]

    def predict(self, x):
        w, b = self.w, self.b
        h1 = sigmoid(w[0] * x[0] + w[1] * x[1] + b[0])
        h2 = sigmoid(w[2] * x[0] + w[3] * x[1] + b[1])
        return sigmoid(w[4] * h1 + w[5] * h2 + b[2]), h1, h2

    def step(self, x, y, lr):
        w, b = self.w, self.b
        o, h1, h2 = self.predict(x)
        d_o = -2 * (y - o) * o * (1 - o)
        d_h1 = d_o * w[4] * h1 * (1 - h1)
        d_h2 = d_o * w[5] * h2 * (1 - h2)
        w[4] -= lr * d_o * h1
        w[5] -= lr * d_o * h2
        b[2] -= lr * d_o
        for k in range(2):
            w[k] -= lr * d_h1 * x[k]
            w[2 + k] -= lr * d_h2 * x[k]
        b[0] -= lr * d_h1
        b[1] -= lr * d_h2

np.random.seed(1)
net = Tiny()
people = [([-2, -1], 1), ([2.5, 0.6], 0), ([1.7, 0.4], 0), ([-1.5, -0.6], 1)]
for epoch in range(200):
    for x, y in people:
        net.step(x, y, 0.1)
    if epoch % 50 == 0:
        print("loss", np.mean([(y - net.predict(x)[0]) ** 2 for x, y in people]))
