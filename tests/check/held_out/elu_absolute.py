import numpy as np

class Adam:
    def __init__(self, params, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-8):
        self.params, self.lr, self.b1, self.b2, self.eps = params, lr, beta1, beta2, eps
        self.m = {k: np.zeros_like(v) for k, v in params.items()}
        self.v = {k: np.zeros_like(v) for k, v in params.items()}
        self.t = 0

    def step(self, grads):
        self.t += 1
        for k in self.params:
            g = grads[k]
            self.m[k] = self.b1 * self.m[k] + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v[k] + (1 - self.b2) * g * g
            m_hat = self.m[k] / (1 - self.b1 ** self.t)
            v_hat = self.v[k] / (1 - self.b2 ** self.t)
            self.params[k] -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)

class Model:
    def __init__(self, n_in, n_hidden, n_out):
        rs = np.random.RandomState(8)
        self.params = {'w1': rs.randn(n_in, n_hidden), 'b1': np.zeros(n_hidden),
                       'w2': rs.randn(n_hidden, n_out), 'b2': np.zeros(n_out)}

    def loss(self, x, t):
        p = self.params
        self.u = x @ p['w1'] + p['b1']
        self.h = np.where(self.u > 0, self.u, np.exp(self.u) - 1)      # elu
        self.y = self.h @ p['w2'] + p['b2']
        return np.abs(self.y - t).sum() / len(x)

    def gradient(self, x, t):
        p = self.params
        dy = np.sign(self.y - t) / len(x)
        grads = {'w2': self.h.T @ dy, 'b2': dy.sum(axis=0)}
        du = dy @ p['w2'].T * np.where(self.u > 0, 1, self.h)
        grads['w1'] = x.T @ du
        grads['b1'] = du.sum(axis=0)
        return grads

rs = np.random.RandomState(1)
x = rs.rand(25, 3)
t = np.stack([x[:, 0] * x[:, 1], x[:, 2] ** 2], axis=1)
model = Model(3, 6, 2)
optim = Adam(model.params)
for epoch in range(200):
    loss = model.loss(x, t)
    grads = model.gradient(x, t)
    optim.step(grads)
    if epoch % 50 == 0:
        print(epoch, loss)
