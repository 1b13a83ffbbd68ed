# Siamese network: the same encoder for both inputs, logistic of the squared distance
import numpy as np

np.random.seed(53)
W = np.random.randn(4, 3) * 0.5
bias = np.zeros(3)
slope = np.array([1.0, 0.0])      # similarity = sigmoid(slope[1] - slope[0] * distance)


def encode(x):
    return np.tanh(x @ W + bias)


def siamese(left, right, same):
    n = len(left)
    u, v = encode(left), encode(right)
    diff = u - v
    dist = np.sum(diff ** 2, axis=1)
    p = 1 / (1 + np.exp(-(slope[1] - slope[0] * dist)))
    loss = -np.mean(same * np.log(p) + (1 - same) * np.log(1 - p))

    dlogit = (p - same) / n
    gslope = np.array([-np.sum(dlogit * dist), np.sum(dlogit)])
    ddist = -slope[0] * dlogit
    du = 2 * ddist[:, None] * diff
    dv = 2 * ddist[:, None] * diff
    dzu = du * (1 - u ** 2)
    dzv = dv * (1 - v ** 2)
    gW = left.T @ dzu + right.T @ dzv
    gb = dzu.sum(axis=0) + dzv.sum(axis=0)
    return loss, gW, gb, gslope


centers = np.random.randn(5, 4) * 2
for it in range(1500):
    ca, cb = np.random.randint(5, size=(2, 32))
    cb = np.where(np.random.rand(32) < 0.5, ca, cb)
    left = centers[ca] + 0.3 * np.random.randn(32, 4)
    right = centers[cb] + 0.3 * np.random.randn(32, 4)
    loss, gW, gb, gs = siamese(left, right, (ca == cb).astype(float))
    W -= 0.2 * gW
    bias -= 0.2 * gb
    slope -= 0.2 * gs
    if it % 300 == 0:
        print(it, loss)
