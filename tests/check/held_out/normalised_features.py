import numpy as np

def batchnorm_forward(X, gamma, beta):
    mu = np.mean(X, axis=0)
    var = np.var(X, axis=0)
    X_norm = (X - mu) / np.sqrt(var + 1e-8)
    out = gamma * X_norm + beta
    cache = (X, X_norm, mu, var, gamma, beta)
    return out, cache

def batchnorm_backward(dout, cache):
    X, X_norm, mu, var, gamma, beta = cache
    N, D = X.shape
    X_mu = X - mu
    std_inv = 1. / np.sqrt(var + 1e-8)
    dX_norm = dout * gamma
    dvar = np.sum(dX_norm * X_mu, axis=0) * -.5 * std_inv**3
    dmu = np.sum(dX_norm * -std_inv, axis=0) + dvar * np.mean(-2. * X_mu, axis=0)
    dX = (dX_norm * std_inv) + (dvar * 2 * X_mu / N)
    dgamma = np.sum(dout * X_norm, axis=0)
    dbeta = np.sum(dout, axis=0)
    return dX, dgamma, dbeta

np.random.seed(10)
N, D, H, C = 12, 5, 7, 3
X = np.random.randn(N, D)
Y = np.eye(C)[np.random.randint(0, C, N)]
params = {
    'W1': np.random.randn(D, H) / np.sqrt(D),
    'gamma': np.random.rand(H) + 0.5,
    'beta': 0.1 * np.random.randn(H),
    'W2': np.random.randn(H, C) / np.sqrt(H),
}

def loss_and_grads(params, X, Y):
    grads = {}
    a1 = X.dot(params['W1'])
    n1, bn_cache = batchnorm_forward(a1, params['gamma'], params['beta'])
    h1 = np.tanh(n1)
    scores = h1.dot(params['W2'])
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(p)) / len(X)

    ds = (p - Y) / len(X)
    grads['W2'] = h1.T.dot(ds)
    dh1 = ds.dot(params['W2'].T)
    dn1 = dh1 * (1 - h1 * h1)
    da1, grads['gamma'], grads['beta'] = batchnorm_backward(dn1, bn_cache)
    grads['W1'] = X.T.dot(da1)
    return loss, grads

cache = {k: np.zeros_like(v) for k, v in params.items()}
for it in range(200):
    loss, grads = loss_and_grads(params, X, Y)
    for k in params:
        cache[k] = 0.9 * cache[k] - 0.1 * grads[k]
        params[k] += cache[k]
    if it % 50 == 0:
        print(it, loss)
