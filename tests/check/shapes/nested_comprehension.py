import numpy as np
import itertools
np.random.seed(9)
sizes = (3, 4, 2)
W = {i: np.random.randn(m, n) for i, (m, n) in enumerate(zip(sizes, sizes[1:]))}
b = dict([(i, np.zeros((1, n))) for i, n in enumerate(sizes[1:])])
X = np.array([[float(i), j, k] for i, j, k in itertools.product([0, 1], repeat=3)])
T = np.array([[x[0] * x[1], max(x)] for x in X])
act = [lambda z: np.tanh(z), lambda z: z]
dact = [lambda a: 1 - np.square(a), lambda a: 1]
errs = []
for epoch in range(1, 151):
    a = [X]
    [a.append(act[i](a[-1] @ W[i] + b[i])) for i in sorted(W)]
    err = a[-1] - T
    errs += [float((err ** 2).mean())]
    delta = [None] * len(W)
    delta[-1] = err / len(X)
    for i in range(len(W) - 2, -1, -1):
        delta[i] = delta[i + 1] @ W[i + 1].T * dact[i](a[i + 1])
    W = {i: W[i] - .1 * a[i].T @ delta[i] for i in W}
    b = {i: v - .1 * delta[i].sum(0) for i, v in b.items()}
print(*['{:.5f}'.format(e) for e in errs[-3:]], sep=', ')
print(max(errs), min(errs), sum(errs) / len(errs), any(e > 1 for e in errs))
