import numpy as np

def leaky(Z):
    return np.where(Z > 0, Z, 0.01 * Z)

def leaky_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] *= 0.01
    return dZ

def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))

def sigmoid_backward(dA, Z):
    s = sigmoid(Z)
    return dA * s * (1 - s)

def initialize(dims):
    np.random.seed(5)
    P = {}
    for l in range(1, len(dims)):
        P['W' + str(l)] = np.random.randn(dims[l], dims[l - 1]) / np.sqrt(dims[l - 1])
        P['b' + str(l)] = np.zeros((dims[l], 1))
    return P

def forward(X, P):
    caches = []
    A = X
    L = len(P) // 2
    for l in range(1, L + 1):
        A_prev = A
        W, b = P['W' + str(l)], P['b' + str(l)]
        Z = W.dot(A_prev) + b
        A = sigmoid(Z) if l == L else leaky(Z)
        caches.append((A_prev, W, Z))
    return A, caches

def cost(AL, Y):
    return float(-np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)))

def backward(AL, Y, caches):
    G = {}
    L = len(caches)
    m = AL.shape[1]
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(L)):
        A_prev, W, Z = caches[l]
        dZ = sigmoid_backward(dA, Z) if l == L - 1 else leaky_backward(dA, Z)
        G['dW' + str(l + 1)] = dZ.dot(A_prev.T) / m
        G['db' + str(l + 1)] = dZ.sum(axis=1, keepdims=True) / m
        dA = W.T.dot(dZ)
    return G

X = np.random.RandomState(1).randn(4, 10)
Y = (X[:1] * X[1:2] > 0).astype(float)
P = initialize([4, 6, 3, 1])
for i in range(500):
    AL, caches = forward(X, P)
    G = backward(AL, Y, caches)
    for key in P:
        P[key] = P[key] - 0.1 * G['d' + key]
    if i % 100 == 0:
        print("Cost after iteration", i, ":", cost(AL, Y))
