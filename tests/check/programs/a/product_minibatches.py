import numpy as np

# toy regression: y = x1*x2 with minibatches and gradient clipping
np.random.seed(11)
data = np.random.uniform(-2, 2, size=(24, 2))
labels = (data[:, 0] * data[:, 1]).reshape(-1, 1)

HIDDEN = 5
LR = 0.05
CLIP = 5.0
BATCH = 6

W1 = np.random.randn(2, HIDDEN)
b1 = np.random.randn(1, HIDDEN) * 0.1
W2 = np.random.randn(HIDDEN, 1)
b2 = np.zeros((1, 1))

for epoch in range(60):
    for start in range(0, len(data), BATCH):
        xb = data[start:start + BATCH]
        yb = labels[start:start + BATCH]

        z1 = np.dot(xb, W1) + b1
        a1 = 1 / (1 + np.exp(-z1))
        y_hat = np.dot(a1, W2) + b2

        err = y_hat - yb
        dy = 2 * err / len(xb)
        dW2 = np.dot(a1.T, dy)
        db2 = np.sum(dy, axis=0, keepdims=True)
        da1 = np.dot(dy, W2.T)
        dz1 = da1 * z1 * (1 - z1)
        dW1 = np.dot(xb.T, dz1)
        db1 = np.sum(dz1, axis=0, keepdims=True)

        # clip to mitigate exploding gradients
        for dparam in [dW1, db1, dW2, db2]:
            np.clip(dparam, -CLIP, CLIP, out=dparam)

        W1 -= LR * dW1
        b1 -= LR * db1
        W2 -= LR * dW2
        b2 -= LR * db2

    if epoch % 10 == 0:
        full = np.dot(1 / (1 + np.exp(-(np.dot(data, W1) + b1))), W2) + b2
        print('epoch', epoch, 'mse', np.mean((full - labels) ** 2))
