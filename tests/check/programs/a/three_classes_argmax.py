import numpy as np
np.random.seed(123)

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def softmax_grad(s):
    return s * (1 - s)

def sig(z):
    return 1. / (1. + np.exp(-z))

def sig_grad(s):
    return s * (1 - s)

def cross_entropy(p, t):
    return -np.mean(np.sum(t * np.log(p), axis=1))

def cross_entropy_grad(p, t):
    return -t / p / len(p)

X = np.random.randn(10, 5)
classes = np.argmax(X[:, :3], axis=1)
T = np.eye(3)[classes]

W1 = np.random.randn(5, 6) * 0.5
W2 = np.random.randn(6, 3) * 0.5

def predict(X):
    return softmax(sig(X @ W1) @ W2)

def gradients(X, T):
    # forward
    a1 = sig(X @ W1)
    a2 = softmax(a1 @ W2)
    # backward
    da2 = cross_entropy_grad(a2, T)
    dz2 = da2 * softmax_grad(a2)
    dW2 = a1.T @ dz2
    da1 = dz2 @ W2.T
    dz1 = da1 * sig_grad(a1)
    dW1 = X.T @ dz1
    return dW1, dW2

for epoch in range(400):
    dW1, dW2 = gradients(X, T)
    W1 -= 0.5 * dW1
    W2 -= 0.5 * dW2
    if epoch % 100 == 0:
        print(epoch, cross_entropy(predict(X), T))
