import numpy as np

# two layer classifier with softmax output trained with squared error.
# (yes, cross entropy would be better, this is the exercise)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_grad(s):
    return s * (1 - s)


class Net:
    def __init__(self, d, h, k):
        self.W1 = np.random.randn(d, h) * 0.4
        self.W2 = np.random.randn(h, k) * 0.4

    def forward(self, X):
        self.X = X
        self.h = np.tanh(X.dot(self.W1))
        self.s = softmax(self.h.dot(self.W2))
        return self.s

    def backward(self, p, t):
        n = t.shape[0]
        dp = (p - t) / n
        dz2 = dp * softmax_grad(p)
        self.gW2 = self.h.T.dot(dz2)
        dh = dz2.dot(self.W2.T)
        dz1 = dh * (1 - self.h ** 2)
        self.gW1 = self.X.T.dot(dz1)


np.random.seed(7)
X = np.random.randn(30, 4)
labels = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0).astype(int)
T = np.eye(3)[labels]
net = Net(4, 6, 3)
for it in range(2000):
    P = net.forward(X)
    net.backward(P, T)
    net.W1 -= 1.0 * net.gW1
    net.W2 -= 1.0 * net.gW2
    if it % 400 == 0:
        print(it, "accuracy:", np.mean(P.argmax(1) == labels))
