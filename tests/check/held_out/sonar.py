import numpy as np

np.random.seed(1)
N_in, N_hid, N_out, m = 6, 4, 2, 11
X = np.random.randn(N_in, m)
Y = (np.random.rand(N_out, m) > 0.5).astype(float)
W1 = np.random.randn(N_hid, N_in) * 0.3
b1 = np.zeros((N_hid, 1))
W2 = np.random.randn(N_out, N_hid) * 0.3
b2 = np.zeros((N_out, 1))

for i in range(1000):
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    cost = -(1/m) * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

    dZ2 = A2 - Y
    dW2 = (1/m) * dZ2 @ A1.T
    db2 = (1/m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = (1/m) * dZ1 @ X.T
    db1 = (1/m) * np.sum(dZ1, axis=1, keepdims=True)

    W1 -= 0.5 * dW1
    b1 -= 0.5 * db1
    W2 -= 0.5 * dW2
    b2 -= 0.5 * db2
    if i % 200 == 0:
        print("cost", cost)
