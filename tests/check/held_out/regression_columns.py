import numpy as np

def init(n_x, n_h, n_y):
    np.random.seed(2)
    return {"W1": np.random.randn(n_h, n_x), "b1": np.random.randn(n_h, 1),
            "W2": np.random.randn(n_y, n_h), "b2": np.random.randn(n_y, 1)}

def forward(X, P):
    Z1 = np.dot(P["W1"], X) + P["b1"]
    A1 = np.maximum(Z1, 0.01 * Z1)
    Z2 = np.dot(P["W2"], A1) + P["b2"]
    return Z2, {"Z1": Z1, "A1": A1}

def backward(X, Y, Z2, P, cache):
    m = X.shape[1]
    dZ2 = (Z2 - Y) / m
    dW2 = np.dot(dZ2, cache["A1"].T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(P["W2"].T, dZ2)
    dZ1 = np.where(dA1 > 0, dA1, 0.01 * dA1)
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

np.random.seed(7)
X = np.random.randn(3, 16)
Y = np.vstack([X[0] * X[1], X[2]])
P = init(3, 6, 2)
v = {k: np.zeros(P[k].shape) for k in P}
for epoch in range(1000):
    Z2, cache = forward(X, P)
    J = np.sum((Z2 - Y) ** 2) / (2 * X.shape[1])
    grads = backward(X, Y, Z2, P, cache)
    for key in grads:
        v[key] = 0.9 * v[key] + grads[key]
        P[key] = P[key] - 0.02 * v[key]
    if epoch % 250 == 0:
        print(epoch, J)
