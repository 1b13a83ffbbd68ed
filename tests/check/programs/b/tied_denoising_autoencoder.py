import numpy as np


def sigmoid(x):
    return 1. / (1 + np.exp(-x))


class dA(object):
    def __init__(self, n_visible, n_hidden, lr=0.1):
        self.lr = lr
        rng = np.random.RandomState(123)
        a = 1. / n_visible
        self.W = rng.uniform(low=-a, high=a, size=(n_visible, n_hidden))
        self.hbias = np.zeros(n_hidden)
        self.vbias = np.zeros(n_visible)

    def get_corrupted_input(self, x, level):
        return np.random.binomial(size=x.shape, n=1, p=1 - level) * x

    def get_hidden_values(self, x):
        return sigmoid(np.dot(x, self.W) + self.hbias)

    def get_reconstructed_input(self, hidden):
        return sigmoid(np.dot(hidden, self.W.T) + self.vbias)

    def reconstruct(self, x):
        return self.get_reconstructed_input(self.get_hidden_values(x))

    def train(self, x, corruption_level=0.3):
        tilde_x = self.get_corrupted_input(x, corruption_level)
        y = self.get_hidden_values(tilde_x)
        z = self.get_reconstructed_input(y)

        L_h2 = self.lr * (x - z) / len(x)
        L_h1 = np.dot(L_h2, self.W) * y * (1 - y)

        L_vbias = L_h2
        L_hbias = L_h1
        L_W = np.dot(tilde_x.T, L_h1) + np.dot(L_h2.T, y)

        self.W += L_W
        self.hbias += np.sum(L_hbias, axis=0)
        self.vbias += np.sum(L_vbias, axis=0)

    def negative_log_likelihood(self, x):
        z = self.reconstruct(x)
        return -np.mean(np.sum(x * np.log(z) + (1 - x) * np.log(1 - z), axis=1))


np.random.seed(44)
patterns = np.random.binomial(1, 0.5, (3, 6))
data = patterns[np.random.randint(3, size=30)]
da = dA(6, 4)
for epoch in range(500):
    da.train(data)
print("cost", da.negative_log_likelihood(data))
