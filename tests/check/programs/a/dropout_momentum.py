import numpy as np

np.random.seed(21)
N = 10
X = np.random.randn(N, 5)
Y = X[:, :2] ** 2 - X[:, 2:4]
W1 = np.random.randn(5, 9) * 0.3
b1 = np.zeros(9)
W2 = np.random.randn(9, 2) * 0.3
b2 = np.zeros(2)
vW1, vb1, vW2, vb2 = 0, 0, 0, 0
mu, lr, p = 0.9, 0.01, 0.8

for it in range(500):
    H = np.maximum(0, X.dot(W1) + b1)
    mask = (np.random.rand(*H.shape) < p) / p   # inverted dropout
    H_drop = H * mask
    out = H_drop.dot(W2) + b2
    loss = np.sum((out - Y) ** 2) / N
    if it % 100 == 0:
        print('it %3d  loss %.4f' % (it, loss))

    dout = 2 * (out - Y) / N
    dW2 = H_drop.T.dot(dout)
    db2 = dout.sum(axis=0)
    dH = dout.dot(W2.T) * mask
    dH[H == 0] = 0
    dW1 = X.T.dot(dH)
    db1 = dH.sum(axis=0)

    vW1 = mu * vW1 - lr * dW1
    vb1 = mu * vb1 - lr * db1
    vW2 = mu * vW2 - lr * dW2
    vb2 = mu * vb2 - lr * db2
    W1 += vW1
    b1 += vb1
    W2 += vW2
    b2 += vb2
