import numpy as np

ACT = {
    'tanh': (lambda z: np.tanh(z), lambda z: 1.0 - np.tanh(z) ** 2),
    'softplus': (lambda z: np.log1p(np.exp(z)), lambda z: 1.0 / (1.0 + np.exp(-z))),
    'leaky': (lambda z: np.where(z > 0, z, 0.1 * z), lambda z: np.where(z > 0, 1.0, 0.1)),
    'linear': (lambda z: z, lambda z: np.ones_like(z)),
}

class MLP:
    def __init__(self, sizes, acts, seed=0):
        rs = np.random.RandomState(seed)
        self.W = [rs.randn(i, o) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])]
        self.b = [0.1 * rs.randn(o) for o in sizes[1:]]
        self.acts = acts

    def __call__(self, X):
        self.A, self.Z = [X], []
        for W, b, name in zip(self.W, self.b, self.acts):
            self.Z.append(self.A[-1] @ W + b)
            self.A.append(ACT[name][0](self.Z[-1]))
        return self.A[-1]

    def grads(self, delta):
        gW, gb = [None] * len(self.W), [None] * len(self.b)
        for k in range(len(self.W) - 1, -1, -1):
            delta = delta * ACT[self.acts[k]][1](self.Z[k])
            gW[k] = self.A[k].T @ delta
            gb[k] = delta.sum(0)
            delta = delta @ self.W[k].T
        return gW, gb

def make_step(net, lr, mu):
    vW = [np.zeros_like(W) for W in net.W]
    vb = [np.zeros_like(b) for b in net.b]
    def step(gW, gb):
        for k in range(len(net.W)):
            vW[k] = mu * vW[k] - lr * gW[k]
            vb[k] = mu * vb[k] - lr * gb[k]
            net.W[k] += vW[k]
            net.b[k] += vb[k]
    return step

rs = np.random.RandomState(5)
X = rs.uniform(-2, 2, (24, 3))
Y = np.c_[np.sin(X[:, 0]), X[:, 1] * X[:, 2]]
net = MLP([3, 9, 6, 2], ['softplus', 'leaky', 'linear'])
step = make_step(net, 0.02, 0.9)
for epoch in range(400):
    out = net(X)
    loss = 0.5 * np.mean(np.sum((out - Y) ** 2, axis=1))
    gW, gb = net.grads((out - Y) / len(X))
    step(gW, gb)
    if epoch % 100 == 0:
        print(epoch, loss)
