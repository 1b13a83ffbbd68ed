import numpy as np


class MLP:
    alpha = 0.6

    def __init__(self, ni, nh, no):
        self.w1 = np.random.uniform(-1, 1, (ni, nh))
        self.w2 = np.random.uniform(-1, 1, (nh, no))

    @staticmethod
    def logistic(a):
        return 1.0 / (1.0 + np.exp(-a))

    def forward(self, inp):
        self.inp = np.atleast_2d(inp)
        self.hid = self.logistic(self.inp @ self.w1)
        self.out = self.logistic(self.hid @ self.w2)
        return self.out

    def learn(self, inp, tgt):
        out = self.forward(inp)
        error = np.atleast_2d(tgt) - out
        out_delta = error
        self.w2 += self.alpha * self.hid.T @ out_delta
        hid_delta = out_delta @ self.w2.T * self.hid * (1 - self.hid)
        self.w1 += self.alpha * self.inp.T @ hid_delta
        return 0.5 * np.sum(error ** 2)


np.random.seed(19)
mlp = MLP(3, 4, 2)
inputs = np.random.uniform(-1, 1, (6, 3))
targets = np.random.uniform(0.2, 0.8, (6, 2))
for it in range(200):
    cost = sum(mlp.learn(i, t) for i, t in zip(inputs, targets))
    if it % 50 == 0:
        print(it, cost)
