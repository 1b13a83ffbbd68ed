import numpy as np

def init(dims, seed=0):
    rng = np.random.default_rng(seed)
    params = {}
    for l in range(1, len(dims)):
        params[f'W{l}'] = rng.normal(size=(dims[l], dims[l - 1])) / np.sqrt(dims[l - 1])
        params[f'b{l}'] = np.zeros((dims[l], 1))
    return params

def forward(X, params):
    L = len(params) // 2
    A = [X]
    for l in range(1, L + 1):
        Z = params[f'W{l}'] @ A[-1] + params[f'b{l}']
        if l == L:
            e = np.exp(Z - Z.max(axis=0))
            A.append(e / e.sum(axis=0))
        else:
            A.append(np.tanh(Z))
    return A

def cross_entropy(P, Y):
    return -np.sum(Y * np.log(P)) / Y.shape[1]

def backward(A, params, Y):
    L = len(params) // 2
    m = Y.shape[1]
    grads = {}
    dZ = A[L] - Y
    for l in range(L, 0, -1):
        grads[f'W{l}'] = dZ @ A[l - 1].T / m
        grads[f'b{l}'] = dZ.sum(axis=1, keepdims=True) / m
        if l > 1:
            dA = params[f'W{l}'].T @ dZ
            dZ = dA * (1 - A[l - 1] ** 2) / m
    return grads

rng = np.random.default_rng(1)
X = rng.normal(size=(4, 12))
Y = np.eye(3)[:, rng.integers(0, 3, 12)]
params = init([4, 7, 5, 3])
for it in range(300):
    A = forward(X, params)
    grads = backward(A, params, Y)
    for key in params:
        params[key] = params[key] - 0.3 * grads[key]
    if it % 100 == 0:
        print('%4d %.4f' % (it, cross_entropy(A[-1], Y)))
