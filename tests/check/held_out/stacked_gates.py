import numpy as np
np.random.seed(9)

def sigmoid(x): return 1. / (1. + np.exp(-x))

class LstmParam:
    def __init__(self, n_cell, n_x):
        self.n_cell = n_cell
        self.W = np.random.uniform(-0.4, 0.4, (4 * n_cell, n_cell + n_x))   # i, f, o, g stacked
        self.b = np.random.uniform(-0.1, 0.1, (4 * n_cell, 1))
        self.W_out = np.random.uniform(-0.4, 0.4, (1, n_cell))
        self.reset()

    def reset(self):
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)
        self.dW_out = np.zeros_like(self.W_out)

    def apply(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db
        self.W_out -= lr * self.dW_out
        self.reset()

class LstmNode:
    """One time step: keeps what its bottom_diff needs."""
    def __init__(self, param):
        self.p = param

    def forward(self, x, h_prev, c_prev):
        n = self.p.n_cell
        self.c_prev = c_prev
        self.xc = np.vstack((h_prev, x))
        a = self.p.W @ self.xc + self.p.b
        self.i, self.f, self.o = sigmoid(a[:n]), sigmoid(a[n:2*n]), sigmoid(a[2*n:3*n])
        self.g = np.tanh(a[3*n:])
        self.c = self.i * self.g + self.f * c_prev
        self.h = self.o * np.tanh(self.c)
        return self.h, self.c

    def backward(self, dh, dc_next):
        n = self.p.n_cell
        tc = np.tanh(self.c)
        dc = dh * self.o * (1 - tc ** 2) + dc_next
        do = dh * tc
        di = dc * self.g
        dg = dc * self.i
        df = dc * self.c
        da = np.vstack((di * self.i * (1 - self.i),
                        df * self.f * (1 - self.f),
                        do * self.o * (1 - self.o),
                        dg * (1 - self.g ** 2)))
        self.p.dW += da @ self.xc.T
        self.p.db += da
        dxc = self.p.W.T @ da
        return dxc[:n], dc * self.f

n_cell, n_x = 4, 3
param = LstmParam(n_cell, n_x)
xs = [np.random.randn(n_x, 1) for _ in range(5)]
ys = [-0.5, 0.2, 0.1, -0.4, 0.3]

for cur_iter in range(100):
    h, c = np.zeros((n_cell, 1)), np.zeros((n_cell, 1))
    nodes, loss, diffs = [], 0, []
    for x, y in zip(xs, ys):
        node = LstmNode(param)
        h, c = node.forward(x, h, c)
        pred = (param.W_out @ h).item()
        loss += (pred - y) ** 2
        diffs.append(2 * (pred - y))
        nodes.append(node)
    dh_next, dc_next = np.zeros((n_cell, 1)), np.zeros((n_cell, 1))
    for node, diff in zip(reversed(nodes), reversed(diffs)):
        param.dW_out += diff * node.h.T
        dh = diff * param.W_out.T + dh_next
        dh_next, dc_next = node.backward(dh, dc_next)
    print("iter", "%2s" % str(cur_iter), "loss:", "%5.3e" % loss)
    param.apply(lr=0.1)
