import math
import random

random.seed(12)
H = 3
U = [random.uniform(-0.5, 0.5) for _ in range(H)]
W = [[random.uniform(-0.5, 0.5) for _ in range(H)] for _ in range(H)]
b = [0.0] * H
V = [random.uniform(-0.5, 0.5) for _ in range(H)]
c = 0.0


def bptt(xs, ys):
    hs = [[0.0] * H]
    errors = []
    loss = 0.0
    for x, y in zip(xs, ys):
        prev = hs[-1]
        h = []
        for i in range(H):
            s = U[i] * x + b[i]
            for j in range(H):
                s += W[i][j] * prev[j]
            h.append(math.tanh(s))
        hs.append(h)
        out = c
        for i in range(H):
            out += V[i] * h[i]
        errors.append(out - y)
        loss += 0.5 * (out - y) ** 2

    gU = [0.0] * H
    gW = [[0.0] * H for _ in range(H)]
    gb = [0.0] * H
    gV = [0.0] * H
    gc = 0.0
    later = [0.0] * H
    for t in range(len(xs) - 1, -1, -1):
        h, prev = hs[t + 1], hs[t]
        gc += errors[t]
        d = []
        for i in range(H):
            gV[i] += errors[t] * h[i]
            d.append((errors[t] * V[i] + later[i]) * (1 - h[i] * h[i]))
        later = [sum(d[i] * W[i][j] for i in range(H)) for j in range(H)]
        for i in range(H):
            gU[i] += d[i] * xs[t]
            gb[i] += d[i]
            for j in range(H):
                gW[i][j] += d[i] * prev[j]
    return loss, gU, gW, gb, gV, gc


lr = 0.02
for epoch in range(1000):
    xs = [random.gauss(0, 1) for _ in range(6)]
    ys = [0.0] + [0.5 * v for v in xs[:-1]]
    loss, gU, gW, gb, gV, gc = bptt(xs, ys)
    for i in range(H):
        U[i] -= lr * gU[i]
        b[i] -= lr * gb[i]
        V[i] -= lr * gV[i]
        for j in range(H):
            W[i][j] -= lr * gW[i][j]
    c -= lr * gc
    if epoch % 200 == 0:
        print(epoch, round(loss, 4))
