import numpy as np


class RNN:

    def __init__(self, in_dim, hid_dim, out_dim):
        self.hid_dim = hid_dim
        self.U = np.random.uniform(-0.4, 0.4, (hid_dim, in_dim))
        self.W = np.random.uniform(-0.4, 0.4, (hid_dim, hid_dim))
        self.V = np.random.uniform(-0.4, 0.4, (out_dim, hid_dim))

    def forward(self, x):
        T = len(x)
        # one extra row: s[-1] is the initial state
        s = np.zeros((T + 1, self.hid_dim))
        o = np.zeros((T, self.V.shape[0]))
        for t in range(T):
            s[t] = np.tanh(self.U.dot(x[t]) + self.W.dot(s[t - 1]))
            o[t] = self.V.dot(s[t])
        return o, s

    def bptt(self, x, y):
        T = len(y)
        o, s = self.forward(x)
        dU = np.zeros(self.U.shape)
        dV = np.zeros(self.V.shape)
        dW = np.zeros(self.W.shape)
        delta_o = o - y
        for t in np.arange(T)[::-1]:
            dV += np.outer(delta_o[t], s[t])
            delta_t = self.V.T.dot(delta_o[t]) * (1 - s[t] ** 2)
            for step in np.arange(0, t + 1)[::-1]:
                dW += np.outer(delta_t, s[step - 1])
                dU += np.outer(delta_t, x[step])
                delta_t = self.W.T.dot(delta_t) * (1 - s[step] ** 2)
        return dU, dV, dW

    def train(self, X, Y, lr=0.02, epochs=400):
        for epoch in range(epochs):
            cost = 0
            for x, y in zip(X, Y):
                o, _ = self.forward(x)
                cost += 0.5 * np.sum((o - y) ** 2)
                dU, dV, dW = self.bptt(x, y)
                self.U -= lr * dU
                self.V -= lr * dV
                self.W -= lr * dW
            if epoch % 100 == 0:
                print("Epoch: ", epoch, " Cost: ", cost)


np.random.seed(10)
X = [np.random.randn(6, 3) for _ in range(8)]
Y = [np.cumsum(x, axis=0)[:, :2] * 0.3 for x in X]
model = RNN(3, 6, 2)
model.train(X, Y)
