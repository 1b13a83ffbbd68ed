import numpy as np

class Layer(object):
    def __init__(self, n_in, n_out, rng):
        self.weight = rng.normal(0, 0.5, size=(n_in, n_out))
        self.bias = rng.normal(0, 0.1, size=(1, n_out))

class IrisNet(object):
    def __init__(self, sizes):
        rng = np.random.RandomState(40)
        self.layers = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            self.layers.append(Layer(a, b, rng))

    def forward(self, x):
        self.outs = [x]
        for i, layer in enumerate(self.layers):
            z = self.outs[-1] @ layer.weight + layer.bias
            if i == len(self.layers) - 1:
                z = np.exp(z - z.max(axis=1, keepdims=True))
                self.outs.append(z / z.sum(axis=1, keepdims=True))
            else:
                self.outs.append(np.tanh(z))
        return self.outs[-1]

    def train(self, x, target, epochs=100, rate=0.1):
        m = len(x)
        for epoch in range(epochs):
            prob = self.forward(x)
            ce = -np.sum(target * np.log(prob)) / m
            delta = (prob - target) / m
            steps = []
            for i in range(len(self.layers) - 1, -1, -1):
                layer = self.layers[i]
                steps.append((self.outs[i].T @ delta, delta.sum(axis=0, keepdims=True)))
                if i > 0:
                    delta = (delta @ layer.weight.T) * (1 - self.outs[i] ** 2)
            for layer, (dw, db) in zip(reversed(self.layers), steps):
                layer.weight -= rate * dw
                layer.bias -= rate * db
            if epoch % 20 == 0:
                print('%4d  %.4f' % (epoch, ce))

rs = np.random.RandomState(6)
centers = np.array([[0, 1, 2, 0], [1, 0, 0, 2], [2, 2, 1, 1]])
which = rs.randint(0, 3, 33)
x = centers[which] + 0.4 * rs.randn(33, 4)
net = IrisNet([4, 6, 5, 3])
net.train(x, np.eye(3)[which])
