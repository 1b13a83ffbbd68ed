import numpy as np

# imbalanced classes: each sample is weighted by the inverse frequency of its class
np.random.seed(35)
y = np.random.choice(3, 120, p=[0.7, 0.2, 0.1])
X = np.random.randn(120, 4)
X[:, :3] += 1.5 * np.eye(3)[y]
class_weight = 1 / np.bincount(y)
class_weight = class_weight / class_weight.sum() * 3


def cost_grad(X, y, W, b):
    rows = np.arange(len(y))
    z = X @ W + b
    z -= z.max(axis=1)[:, None]
    p = np.exp(z)
    p /= p.sum(axis=1)[:, None]
    sample_weight = class_weight[y]
    cost = -np.sum(sample_weight * np.log(p[rows, y])) / np.sum(sample_weight)
    delta = p.copy()
    delta[rows, y] -= sample_weight
    delta /= np.sum(sample_weight)
    return cost, X.T @ delta, delta.sum(axis=0)


W = np.zeros((4, 3))
b = np.zeros(3)
for it in range(1000):
    J, dW, db = cost_grad(X, y, W, b)
    W -= 0.5 * dW
    b -= 0.5 * db
    if it % 200 == 0:
        print("iter %d cost %.4f" % (it, J))
