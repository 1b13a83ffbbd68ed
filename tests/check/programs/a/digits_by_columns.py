import numpy as np

np.random.seed(33)
labels = np.arange(15) % 3
X = np.random.rand(8, 15)
X[labels, np.arange(15)] += 1
W1 = np.random.rand(5, 8) - 0.5
b1 = np.random.rand(5, 1) - 0.5
W2 = np.random.rand(3, 5) - 0.5
b2 = np.random.rand(3, 1) - 0.5

def softmax(Z):
    return np.exp(Z) / sum(np.exp(Z))

def forward(X):
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(Z1, 0)
    return Z1, A1, softmax(W2.dot(A1) + b2)

def backward(cache, X, labels):
    Z1, A1, P = cache
    m = labels.size
    dZ2 = P.copy()
    dZ2[labels, range(m)] -= 1
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2, 1).reshape(-1, 1)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1, 1).reshape(-1, 1)
    return dW1, db1, dW2, db2

for i in range(300):
    cache = forward(X)
    dW1, db1, dW2, db2 = backward(cache, X, labels)
    W1 = W1 - 0.3 * dW1
    b1 = b1 - 0.3 * db1
    W2 = W2 - 0.3 * dW2
    b2 = b2 - 0.3 * db2
    if i % 100 == 0:
        print("Iteration", i, "accuracy", np.mean(np.argmax(cache[2], 0) == labels))
