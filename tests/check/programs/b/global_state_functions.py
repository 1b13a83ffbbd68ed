import numpy as np

np.random.seed(4)
w1 = np.random.randn(3, 6)
b1 = np.zeros(6)
w2 = np.random.randn(6, 1)
b2 = np.zeros(1)
hidden = None
learning_rate = 0.02


def relu(x):
    return x * (x > 0)


def forward(x):
    global hidden
    hidden = relu(x @ w1 + b1)
    return 1 / (1 + np.exp(-(hidden @ w2 + b2)))


def backward(x, y):
    global w1, b1, w2, b2
    delta = forward(x) - y
    w2 = w2 - learning_rate * hidden.T @ delta
    b2 = b2 - learning_rate * delta.sum(axis=0)
    d_hidden = delta @ w2.T
    d_hidden *= hidden > 0
    w1 = w1 - learning_rate * x.T @ d_hidden
    b1 = b1 - learning_rate * d_hidden.mean(axis=0)


X = np.random.randn(50, 3)
Y = (X[:, :1] ** 2 + X[:, 1:2] > X[:, 2:]).astype(float)
for epoch in range(1000):
    backward(X, Y)
    if epoch % 250 == 0:
        p = forward(X)
        print(epoch, "errors", int(np.sum((p > 0.5) != Y)))
