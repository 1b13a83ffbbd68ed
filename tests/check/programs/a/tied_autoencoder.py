import numpy as np

class TiedAutoencoder:
    """ x -> h = s(xW + b) -> x' = s(hW' + c), the decoder is the encoder transposed """

    def __init__(self, n_visible, n_hidden):
        rng = np.random.RandomState(1)
        self.W = rng.uniform(-0.6, 0.6, (n_visible, n_hidden))
        self.b = np.zeros(n_hidden)
        self.c = np.zeros(n_visible)

    @staticmethod
    def s(z):
        return 1 / (1 + np.exp(-z))

    def cost_and_grad(self, x):
        N = x.shape[0]
        h = self.s(x @ self.W + self.b)
        r = self.s(h @ self.W.T + self.c)
        cost = 0.5 * np.sum((r - x) ** 2) / N

        dr = (r - x) * r * (1 - r) / N
        gW = dr.T @ h
        gc = dr.sum(axis=0)
        dh = (dr @ self.W) * h * (1 - h)
        gW = x.T @ dh
        gb = dh.sum(axis=0)
        return cost, gW, gb, gc

    def fit(self, x, lr=0.5, rounds=300):
        for i in range(rounds):
            cost, gW, gb, gc = self.cost_and_grad(x)
            self.W -= lr * gW
            self.b -= lr * gb
            self.c -= lr * gc
            if i % 100 == 0:
                print(i, cost)

V = (np.random.RandomState(0).rand(14, 6) > 0.5).astype(float)
V[:, 3:] = V[:, :3]
ae = TiedAutoencoder(6, 3)
ae.fit(V)
