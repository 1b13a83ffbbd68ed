import numpy as np

SLOPE = 0.1

def lrelu(z):
    return np.where(z > 0, z, SLOPE * z)

def lrelu_grad(z):
    return np.where(z > 0, 1.0, 0.0)

def fwd(theta, X):
    z1 = theta['w1'] @ X + theta['b1']
    a1 = lrelu(z1)
    yh = theta['w2'] @ a1 + theta['b2']
    return yh, (z1, a1)

def cost(yh, Y):
    return np.sum((yh - Y) ** 2) / Y.shape[1]

def bwd(theta, cache, X, Y):
    z1, a1 = cache
    m = Y.shape[1]
    yh = theta['w2'] @ a1 + theta['b2']
    dy = 2 * (yh - Y) / m
    dw2 = dy @ a1.T / m
    db2 = dy.sum(axis=1, keepdims=True)
    dz1 = (theta['w2'].T @ dy) * lrelu_grad(z1)
    dw1 = dz1 @ X.T
    db1 = dz1.sum(axis=1, keepdims=True)
    return {'w1': dw1, 'b1': db1, 'w2': dw2, 'b2': db2}

rng = np.random.default_rng(5)
X = rng.uniform(-1, 1, (3, 14))
Y = np.vstack([np.sin(3 * X[0]), X[1] * X[2]])
theta = {'w1': rng.normal(size=(6, 3)), 'b1': np.zeros((6, 1)), 'w2': rng.normal(size=(2, 6)) * .4, 'b2': np.zeros((2, 1))}

for it in range(600):
    yh, cache = fwd(theta, X)
    g = bwd(theta, cache, X, Y)
    for k in theta:
        theta[k] -= 0.05 * g[k]
    if it % 150 == 0:
        print(it, cost(yh, Y))
