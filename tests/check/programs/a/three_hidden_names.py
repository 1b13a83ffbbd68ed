import numpy as np

np.random.seed(8)
X = np.random.randn(10, 5)
y = (X[:, [0]] + X[:, [1]] ** 2 > 1).astype(float)

n_h = 5
W1 = np.random.randn(5, n_h) * 0.5; b1 = np.zeros((1, n_h))
W2 = np.random.randn(n_h, n_h) * 0.5; b2 = np.zeros((1, n_h))
W3 = np.random.randn(n_h, 1) * 0.5; b3 = np.zeros((1, 1))
eta = 0.3
m = len(X)

for epoch in range(500):
    z1 = X.dot(W1) + b1
    a1 = np.tanh(z1)
    z2 = a1.dot(W2) + b2
    a2 = np.tanh(z2)
    z3 = a2.dot(W3) + b3
    a3 = 1 / (1 + np.exp(-z3))
    cost = np.sum((a3 - y) ** 2) / (2 * m)

    # backprop, chain rule from right to left
    dz3 = (a3 - y) * a3 / m
    dW3 = a2.T.dot(dz3)
    db3 = np.sum(dz3, axis=0, keepdims=True)
    dz2 = dz3.dot(W3.T) * (1 - a2 ** 2)
    dW2 = a1.T.dot(dz2)
    db2 = np.sum(dz2, axis=1, keepdims=True)[:1]
    dz1 = dz2.dot(W1.T) * (1 - a1 ** 2)
    dW1 = X.T.dot(dz1)
    db1 = np.sum(dz1, axis=0, keepdims=True)

    W3 -= eta * dW3; b3 -= eta * db3
    W2 -= eta * dW2; b2 -= eta * db2
    W1 -= eta * dW1; b1 -= eta * db1

    if epoch % 100 == 0:
        print("Epoch %d cost %.5f" % (epoch, cost))
