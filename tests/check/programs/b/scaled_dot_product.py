import numpy as np


class CrossAttention:
    """Queries look into a memory; softmax(Q K^T / sqrt(d)) V."""

    def __init__(self, d_model, d_head, d_out):
        init = lambda a, b: np.random.normal(0, a ** -0.5, (a, b))
        self.Wq, self.Wk, self.Wv = init(d_model, d_head), init(d_model, d_head), init(d_model, d_out)
        self.root = np.sqrt(d_head)
        self.grads = {}

    def forward(self, query, memory):
        self.query, self.memory = query, memory
        self.Q = query @ self.Wq
        self.K = memory @ self.Wk
        self.V = memory @ self.Wv
        scores = self.Q @ self.K.T
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        self.A = scores / scores.sum(axis=1, keepdims=True)
        return self.A @ self.V

    def backward(self, d):
        dA = d @ self.V.T
        dV = self.A.T @ d
        dS = np.empty_like(dA)
        for row in range(len(dA)):
            a = self.A[row]
            jac = np.diag(a) - np.outer(a, a)
            dS[row] = jac @ dA[row]
        dS /= self.root
        self.grads["Wv"] = self.memory.T @ dV
        self.grads["Wq"] = self.query.T @ (dS @ self.K)
        self.grads["Wk"] = self.memory.T @ (dS.T @ self.Q)


np.random.seed(27)
net = CrossAttention(4, 5, 3)
memory = np.random.randn(6, 4)
for step in range(800):
    query = np.random.randn(3, 4)
    target = memory[(query @ memory.T).argmax(axis=1), :3]
    out = net.forward(query, memory)
    net.backward(out - target)
    for k, g in net.grads.items():
        setattr(net, k, getattr(net, k) - 0.05 * g)
    if step % 200 == 0:
        print(step, 0.5 * np.sum((out - target) ** 2))
