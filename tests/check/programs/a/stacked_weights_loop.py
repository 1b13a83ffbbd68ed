import numpy as np

class Brain:
    def __init__(self, *shape):
        self.weights = []
        for i in range(len(shape) - 1):
            self.weights.append(2 * np.random.rand(shape[i], shape[i + 1]) - 1)

    def think(self, x):
        outs = [x]
        for w in self.weights:
            outs.append(1 / (1 + np.exp(-outs[-1].dot(w))))
        return outs

    def learn(self, x, target, rate):
        outs = self.think(x)
        err = outs[-1] - target
        delta = err * outs[-1] * (1 - outs[-1])
        for i in reversed(range(len(self.weights))):
            grad = outs[i].T.dot(delta)
            self.weights[i] -= rate * grad
            delta = delta.dot(self.weights[i].T) * outs[i] * (1 - outs[i])
        return np.sum(err ** 2) / 2

np.random.seed(100)
X = np.array([[0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 0, 1], [1, 1, 0, 1], [1, 1, 1, 1]])
T = np.array([[0, 1], [1, 0], [1, 1], [0, 0], [1, 0]])
brain = Brain(4, 6, 5, 2)
for epoch in range(3000):
    e = brain.learn(X, T, 0.3)
    if epoch % 1000 == 0:
        print("error", e)
