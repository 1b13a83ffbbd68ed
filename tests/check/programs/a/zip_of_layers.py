import numpy as np

class Model:
    def __init__(self, dims):
        self.weights = [np.random.randn(i, o) / np.sqrt(i) for i, o in zip(dims[:-1], dims[1:])]

    def predict(self, x):
        self.outputs = [x]
        for w in self.weights[:-1]:
            self.outputs.append(np.tanh(self.outputs[-1] @ w))
        logits = self.outputs[-1] @ self.weights[-1]
        e = np.exp(logits - logits.max(1, keepdims=True))
        self.p = e / e.sum(1, keepdims=True)
        return self.p

    def gradients(self, target):
        delta = (self.p - target) / len(target)
        grads = []
        for w, out in zip(reversed(self.weights), reversed(self.outputs)):
            grads.insert(0, out.T @ delta)
            delta = delta @ w.T
        return grads

    def train(self, x, target, lr):
        p = self.predict(x)
        for w, g in zip(self.weights, self.gradients(target)):
            w -= lr * g
        return -np.sum(target * np.log(p)) / len(x)

np.random.seed(81)
X = np.random.randn(13, 4)
Y = np.eye(3)[(X[:, 0] > 0).astype(int) + (X[:, 1] > 0)]
model = Model([4, 6, 5, 3])
for i in range(400):
    loss = model.train(X, Y, 0.1)
    if i % 100 == 0:
        print("iter", i, "loss", loss)
