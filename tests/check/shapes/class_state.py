import numpy as np

class NeuralNetwork:
    learning_rate = 0.1

    def __init__(self, sizes, seed=3):
        self.__rng = np.random.RandomState(seed)
        self.sizes = sizes
        self.weights = [self.__rng.randn(b, a) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros((b, 1)) for b in sizes[1:]]
        self.history = []

    def __sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-z))

    @staticmethod
    def __prime(a):
        return a * (1 - a)

    @property
    def depth(self):
        return len(self.weights)

    def forward(self, x):
        self.activations = [x]
        self.zs = []
        for W, b in zip(self.weights, self.biases):
            z = np.dot(W, self.activations[-1]) + b
            self.zs.append(z)
            self.activations.append(self.__sigmoid(z))
        return self.activations[-1]

    def backward(self, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        delta = (self.activations[-1] - y) * self.__prime(self.activations[-1])
        nabla_b[-1] = delta.sum(axis=1, keepdims=True)
        nabla_w[-1] = np.dot(delta, self.activations[-2].transpose())
        for l in range(2, self.depth + 1):
            sp = self.__prime(self.activations[-l])
            delta = np.dot(self.weights[-l + 1].T, delta) * sp
            nabla_b[-l] = delta.sum(axis=1, keepdims=True)
            nabla_w[-l] = np.dot(delta, self.activations[-l - 1].T)
        return nabla_b, nabla_w

    def fit(self, X, Y, epochs=200):
        for epoch in range(epochs):
            out = self.forward(X)
            cost = 0.5 * np.sum((out - Y) ** 2)
            self.history.append(cost)
            nb, nw = self.backward(Y)
            self.weights = [w - self.learning_rate * g for w, g in zip(self.weights, nw)]
            self.biases = [b - self.learning_rate * g for b, g in zip(self.biases, nb)]
            if epoch % 100 == 0:
                print(f"epoch {epoch}: cost {cost:.6f}")

if __name__ == "__main__":
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4, 7))
    Y = (rng.random((2, 7)) > 0.5).astype(float)
    net = NeuralNetwork([4, 6, 5, 2])
    net.fit(X, Y)
    print(len(net.history), net.depth)
