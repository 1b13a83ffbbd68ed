import numpy as np
x = np.matrix([[0.5, 1.0], [1.0, -1.0], [0.2, 0.3]])
y = np.matrix([[1.0], [0.0], [1.0]])
np.random.seed(4)
w0 = np.matrix(np.random.randn(2, 4))
w1 = np.matrix(np.random.randn(4, 1))
for i in range(500):
    a1 = 1 / (1 + np.exp(-(x * w0)))
    a2 = 1 / (1 + np.exp(-(a1 * w1)))
    d2 = np.multiply(a2 - y, np.multiply(a2, 1 - a2))
    d1 = np.multiply(d2 * w1.T, np.multiply(a1, 1 - a1))
    w1 = w1 - 0.5 * (a1.T * d2)
    w0 = w0 - 0.5 * (x.T * d1)
print(a2, w1.A1, float(np.sum(np.power(a2 - y, 2))))
m = np.mat(a2) if hasattr(np, 'mat') else np.asmatrix(a2)
m[0, 0] += 1
m -= 0.5 * np.ones(m.shape)
print(m[1], m[:, 0].shape, m.sum(axis=0), np.mean(m), m.A.ravel(), np.multiply(m, m).T, m[0, 0], (x * w0)[1, 2])
print(np.vstack((m, m)).shape, len(m), [float(row.sum()) for row in m], (m > 0).any(), x.T.tolist(), np.array(x)[0])
