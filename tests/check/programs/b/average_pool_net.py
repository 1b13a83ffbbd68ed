import numpy as np

np.random.seed(9)
theta = {'F': np.random.randn(4, 6) * 0.5, 'W': np.random.randn(2 * 3, 2) * 0.5, 'b': np.zeros(2)}
grad = {}
cache = {}
P = 2  # pooling window


def pool(x):
    n, h, w = x.shape
    return x.reshape(n, h // P, P, w // P, P).mean(axis=(2, 4))


def unpool(d):
    # every cell of a window gets the gradient of its mean
    return d.repeat(P, axis=1).repeat(P, axis=2)


def forward(x):
    cache['x'] = x
    cache['m'] = np.tanh(x * theta['F'])
    pooled = pool(cache['m'])
    cache['flat'] = pooled.reshape(len(x), -1)
    return cache['flat'].dot(theta['W']) + theta['b']


def backward(dout):
    grad['W'] = cache['flat'].T.dot(dout)
    grad['b'] = dout.sum(axis=0)
    dflat = dout.dot(theta['W'].T)
    dm = unpool(dflat.reshape(-1, 2, 3))
    grad['F'] = np.sum(dm * (1 - cache['m'] ** 2) * cache['x'], axis=0)


X = np.random.randn(30, 4, 6)
Y = np.stack([X[:, :2].sum(axis=(1, 2)), X[:, :, :3].mean(axis=(1, 2))], axis=1) * 0.3
for epoch in range(500):
    out = forward(X)
    backward((out - Y))
    for k in theta:
        theta[k] -= 0.01 * grad[k]
    if epoch % 100 == 0:
        print(epoch, 0.5 * ((out - Y) ** 2).sum())
