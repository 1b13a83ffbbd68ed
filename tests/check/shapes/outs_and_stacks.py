import numpy as np
r = np.random.RandomState(1)
X = np.vstack([r.randn(5, 2) + 1, r.randn(5, 2) - 1])
Xb = np.concatenate((np.ones((10, 1)), X), axis=1)
Xc = np.column_stack((X, X ** 2))
y = np.append(np.ones(5), np.zeros(5))
theta = np.zeros(Xb.shape[1])
z, p, g = np.empty(10), np.empty(10), np.empty(3)
for _ in range(1000):
    np.dot(Xb, theta, out=z)
    np.negative(z, out=p); np.exp(p, p); p += 1; np.reciprocal(p, out=p)
    np.subtract(p, y, out=z)
    np.matmul(Xb.T, z, out=g)
    np.multiply(g, 0.1, out=g)
    theta -= g
parts = np.split(theta, 3)
print(theta.round(3), np.allclose(p, 1 / (1 + np.exp(-Xb @ theta)), atol=.5), [q.item() for q in parts])
print(np.array_equal(X, X[::-1][::-1]), np.linalg.norm(theta), np.isnan(theta).any(), Xc.std(axis=0, ddof=1))
print(((p > .5) == y).astype(int).tolist(), np.unique(y, return_counts=True))
