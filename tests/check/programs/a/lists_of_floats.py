import math
import random

random.seed(3)
n_in, n_hid, n_out = 2, 4, 2
W1 = [[random.uniform(-1, 1) for _ in range(n_in)] for _ in range(n_hid)]
b1 = [0.0] * n_hid
W2 = [[random.uniform(-1, 1) for _ in range(n_hid)] for _ in range(n_out)]
b2 = [0.0] * n_out
rate = 0.05

samples = [([0.1, 0.9], [0.5, -0.5]), ([0.7, 0.3], [0.2, 0.4]), ([-0.6, 0.2], [-0.3, 0.1])]

def matvec(M, v, b):
    return [sum(m * x for m, x in zip(row, v)) + bi for row, bi in zip(M, b)]

for epoch in range(200):
    sse = 0.0
    for x, t in samples:
        h = [math.tanh(z) for z in matvec(W1, x, b1)]
        o = matvec(W2, h, b2)
        e = [oi - ti for oi, ti in zip(o, t)]
        sse += sum(ei ** 2 for ei in e)

        # hidden deltas first, they need the old W2
        dh = []
        for j in range(n_hid):
            s = 0.0
            for k in range(n_out):
                s += W2[k][j] * e[k]
            dh.append(s * (1 - h[j] ** 2))

        for k in range(n_out):
            for j in range(n_hid):
                W2[k][j] -= rate * e[k] * h[j]
            b2[k] -= rate * e[k]
        for j in range(n_hid):
            for i in range(n_in):
                W1[j][i] -= rate * dh[j] * x[i]
            b1[j] -= rate * dh[j]
    if epoch % 50 == 0:
        print(epoch, round(sse, 5))
