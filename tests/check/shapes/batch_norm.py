import numpy as np
np.random.seed(231)
N, D, M = 6, 5, 3
x = 3 * np.random.randn(N, D) + 2
W = np.random.randn(D, M)
gamma, beta = np.random.randn(M), np.random.randn(M)
t = np.random.randn(N, M)
running_mean = np.zeros(M, dtype=x.dtype)
eps = 1e-5

def batchnorm_forward(x, gamma, beta, bn_param):
    mu = 1. / x.shape[0] * np.sum(x, axis=0)
    xmu = x - mu
    sq = xmu ** 2
    var = 1. / x.shape[0] * np.sum(sq, axis=0)
    sqrtvar = np.sqrt(var + eps)
    ivar = 1. / sqrtvar
    xhat = xmu * ivar
    out = gamma * xhat + beta
    bn_param['mean'] = bn_param.get('momentum', .9) * bn_param.get('mean', np.zeros(x.shape[1])) + .1 * mu
    return out, (xhat, gamma, xmu, ivar, sqrtvar, var, eps)

def batchnorm_backward(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = -1. / (sqrtvar ** 2) * divar
    dvar = 0.5 * 1. / np.sqrt(var + eps) * dsqrtvar
    dsq = 1. / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    dx1 = (dxmu1 + dxmu2)
    dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
    dx2 = 1. / N * np.ones((N, D)) * dmu
    return dx1 + dx2, dgamma, dbeta

bn = {'mode': 'train', 'momentum': 0.9}
for _ in range(40):
    z = x.dot(W)
    out, cache = batchnorm_forward(z, gamma, beta, bn)
    loss = 0.5 * np.sum((out - t) ** 2)
    dz, dgamma, dbeta = batchnorm_backward(out - t, cache)
    W -= 1e-3 * x.T.dot(dz)
    gamma -= 1e-3 * dgamma
    beta -= 1e-3 * dbeta
print(loss, bn['mean'])
