import numpy as np

class Autoencoder:
    def __init__(self, n_visible, n_hidden, seed=123):
        rng = np.random.RandomState(seed)
        a = 1. / n_visible
        self.W = rng.uniform(low=-4*a, high=4*a, size=(n_visible, n_hidden))
        self.W_prime = self.W.T   # tied weights: a view
        self.hbias = np.zeros(n_hidden)
        self.vbias = np.zeros(n_visible)

    def sigmoid(self, x):
        return 1. / (1 + np.exp(-x))

    def encode(self, x):
        return self.sigmoid(np.dot(x, self.W) + self.hbias)

    def decode(self, h):
        return self.sigmoid(np.dot(h, self.W_prime) + self.vbias)

    def cross_entropy(self, x):
        z = self.decode(self.encode(x))
        return -np.mean(np.sum(x * np.log(z) + (1 - x) * np.log(1 - z), axis=1))

    def train(self, x, lr=0.1):
        y = self.encode(x)
        z = self.decode(y)

        L_vbias = x - z
        L_hbias = np.dot(L_vbias, self.W) * y * (1 - y)
        L_W = np.dot(x.T, L_hbias)

        self.W += lr * L_W / len(x)
        self.hbias += lr * np.mean(L_hbias, axis=0)
        self.vbias += lr * np.mean(L_vbias, axis=0)

data = np.array([[1,1,1,0,0,0,0],
                 [1,0,1,0,0,1,0],
                 [1,1,1,0,0,0,1],
                 [0,0,1,1,1,0,0],
                 [0,1,1,1,1,0,0]], dtype=float)
da = Autoencoder(7, 4)
for epoch in range(100):
    da.train(data)
    if epoch % 20 == 0:
        print('Training epoch %d, cost is' % epoch, da.cross_entropy(data))
