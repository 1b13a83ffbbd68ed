import numpy as np

class NeuralNetwork:
    def __init__(self):
        np.random.seed(73)
        self.w1 = np.random.randn(3, 4)
        self.w2 = np.random.randn(4, 1)

    def sigmoid(self, s, deriv=False):
        if (deriv == True):
            return s * (1 - s)
        return 1 / (1 + np.exp(-s))

    def forward(self, x):
        self.z2 = self.sigmoid(np.dot(x, self.w1))
        self.output = self.sigmoid(np.dot(self.z2, self.w2))
        return self.output

    def backward(self, x, y, rate):
        self.o_error = y - self.output
        self.o_delta = self.o_error * self.sigmoid(self.output, deriv=True)

        self.z2_error = self.o_delta.dot(self.w2.T)
        self.z2_delta = self.z2_error * self.sigmoid(self.output, deriv=True)

        self.w1 += rate * x.T.dot(self.z2_delta)
        self.w2 += rate * self.z2.T.dot(self.o_delta)

    def train(self, x, y):
        self.forward(x)
        self.backward(x, y, 1.0)

# hours studying, hours sleeping, bias
xs = np.array(([2, 9, 5], [1, 5, 5], [3, 6, 5], [4, 2, 5]), dtype=float) / 9
ys = np.array(([92], [86], [89], [55]), dtype=float) / 100
net = NeuralNetwork()
for i in range(1000):
    net.train(xs, ys)
    if i % 250 == 0:
        print("Loss:", np.mean(np.square(ys - net.forward(xs))))
