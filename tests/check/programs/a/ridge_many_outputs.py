import numpy as np

rng = np.random.default_rng(17)
N, D, K = 10, 4, 3
X = rng.normal(size=(N, D))
Y = X @ rng.normal(size=(D, K)) + 0.1 * rng.normal(size=(N, K))
lam = 0.05
lr = 0.1
W = np.zeros((D, K))

history = []
for i in range(300):
    R = X @ W - Y
    loss = np.mean(R ** 2) + lam * np.sum(W ** 2)
    history.append(loss)
    dW = 2 * X.T @ R / N + 2 * lam * W
    W -= lr * dW

print("first", history[0], "last", history[-1])
