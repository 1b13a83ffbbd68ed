import numpy as np

# batch normalisation in many small steps, following the computational graph
eps = 1e-5


def bn_forward(x, gamma, beta):
    mu = x.mean(axis=0)
    xmu = x - mu
    sq = xmu ** 2
    var = sq.mean(axis=0)
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    out = gamma * xhat + beta
    return out, (xhat, gamma, xmu, ivar, sqrtvar, var)


def bn_backward(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var = cache
    N, D = dout.shape
    # step 9 and 8
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xmu, axis=0)
    dxhat = dout * gamma
    # step 7
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    # step 6
    dsqrtvar = -1.0 / sqrtvar ** 2 * divar
    # step 5
    dvar = 0.5 / np.sqrt(var + eps) * dsqrtvar
    # step 4, 3
    dsq = np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    # step 2, 1
    dx1 = dxmu1 + dxmu2
    dmu = -np.sum(dx1, axis=0)
    dx2 = np.ones((N, D)) * dmu / N
    return dx1 + dx2, dgamma, dbeta


np.random.seed(22)
X = np.random.randn(30, 3) + 2
T = np.random.randn(30, 4)
W = np.random.randn(3, 4) * 0.5
gamma, beta = np.ones(4), np.zeros(4)
for i in range(500):
    h = X @ W
    out, cache = bn_forward(h, gamma, beta)
    dh, dgamma, dbeta = bn_backward(out - T, cache)
    W -= 0.005 * X.T @ dh
    gamma -= 0.005 * dgamma
    beta -= 0.005 * dbeta
    if i % 100 == 0:
        print(i, 0.5 * np.sum((out - T) ** 2))
