import numpy as np

rs = np.random.RandomState(23)
X = np.matrix(rs.randn(3, 15))
T = np.matrix(np.vstack([np.asarray(X[0]) > np.asarray(X[1]), np.asarray(X[2]) > 0]).astype(float))
V = np.matrix(rs.randn(4, 3))
W = np.matrix(rs.randn(2, 4))
bV = np.matrix(np.zeros((4, 1)))
bW = np.matrix(np.zeros((2, 1)))
gamma = 0.1


def s(m):
    return 1 / (1 + np.exp(-m))


for k in range(5000):
    H = s(V * X + bV)
    Y = s(W * H + bW)
    dY = np.multiply(T - Y, np.multiply(Y, 1 - Y))
    dH = np.multiply(W.T * dY, np.multiply(H, 1 - H))
    W += gamma * dY * H.T
    bW += gamma * dY.sum(1)
    V += gamma * dH * X.T
    bV += gamma * dH.sum(1)

print(np.round(Y[:, :5], 2))
print("error", np.sum(np.square(T - Y)))
