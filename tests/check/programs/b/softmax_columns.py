import numpy as np

rng = np.random.RandomState(19)


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e, axis=1, keepdims=True)


# every column is one sample
X = rng.randn(4, 60)
classes = (X[0] > 0).astype(int) + (X[1] > 0.5)
T = np.eye(3)[classes].T
W1, b1 = rng.randn(6, 4) * 0.5, np.zeros((6, 1))
W2, b2 = rng.randn(3, 6) * 0.5, np.zeros((3, 1))

for epoch in range(1500):
    H = np.tanh(W1 @ X + b1)
    Y = softmax(W2 @ H + b2)
    dZ2 = (Y - T) / X.shape[1]
    dZ1 = (W2.T @ dZ2) * (1 - H ** 2)
    W2 -= 0.3 * dZ2 @ H.T
    b2 -= 0.3 * dZ2.sum(axis=1, keepdims=True)
    W1 -= 0.3 * dZ1 @ X.T
    b1 -= 0.3 * dZ1.sum(axis=1, keepdims=True)
    if epoch % 300 == 0:
        print(epoch, "cross entropy", -np.sum(T * np.log(Y)) / X.shape[1])
print("accuracy", np.mean(Y.argmax(axis=0) == classes))
