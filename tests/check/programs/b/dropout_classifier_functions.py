import numpy as np

np.random.seed(15)
keep = 0.8
W1 = np.random.randn(6, 9) * 0.4
b1 = np.zeros((1, 9))
W2 = np.random.randn(9, 3) * 0.4
b2 = np.zeros((1, 3))


def train_pass(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    # forward
    hidden = np.maximum(0, X @ W1 + b1)
    drop = np.random.binomial(1, keep, size=hidden.shape) / keep
    hidden_dropped = hidden * drop
    scores = hidden @ W2 + b2
    exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[range(n), y])) / n
    # backward
    dscores = probs
    dscores[range(n), y] -= 1
    dscores /= n
    dW2 = hidden_dropped.T @ dscores
    db2 = np.sum(dscores, axis=0, keepdims=True)
    dhidden = dscores @ W2.T * drop
    dhidden[hidden <= 0] = 0
    dW1 = X.T @ dhidden
    db1 = np.sum(dhidden, axis=0, keepdims=True)
    return loss, dW1, db1, dW2, db2


X = np.random.randn(90, 6)
y = np.argmax(X[:, :3] + X[:, 3:] ** 2, axis=1)
for i in range(2000):
    pick = np.random.permutation(90)[:30]
    loss, dW1, db1, dW2, db2 = train_pass(X[pick], y[pick], W1, b1, W2, b2)
    W1 -= 0.2 * dW1
    b1 -= 0.2 * db1
    W2 -= 0.2 * dW2
    b2 -= 0.2 * db2
    if i % 500 == 0:
        print("iteration %d: loss %f" % (i, loss))
