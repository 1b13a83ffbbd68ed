import numpy as np

np.random.seed(55)
X = np.random.randn(11, 4)
Y = np.maximum(X @ np.random.randn(4, 1), -0.5)

W1 = np.random.randn(4, 4) * 0.6
W2 = np.random.randn(4, 4) * 0.6
W3 = np.random.randn(4, 1) * 0.6
V1 = np.zeros_like(W1)
V2 = np.zeros_like(W2)
V3 = np.zeros_like(W3)
lr, momentum = 0.01, 0.9

for i in range(400):
    H1 = np.maximum(0, X @ W1)
    H2 = np.maximum(0, H1 @ W2)
    out = H2 @ W3
    loss = np.sum((out - Y) ** 2) / len(X)

    dout = 2 * (out - Y) / len(X)
    dW3 = H2.T @ dout
    dH2 = (dout @ W3.T) * (H2 > 0)
    dW2 = H1.T @ dH2
    dH1 = (dH2 @ W2.T) * (H1 > 0)
    dW1 = X.T @ dH1

    V3 = momentum * V3 - lr * dW3
    V2 = momentum * V2 - lr * dW2
    V1 = momentum * V1 - lr * dW2
    W3 += V3
    W2 += V2
    W1 += V1

    if i % 100 == 0:
        print(i, loss)
