import numpy as np

np.random.seed(0)
m = 12
x = np.random.rand(m, 2) * 4
y = 3 + 2 * x[:, 0] - x[:, 1] + np.random.randn(m) * 0.1

X = np.hstack([np.ones((m, 1)), x])
w = np.zeros((3, 1))
alpha = 0.02

for epoch in range(1500):
    predictions = X.dot(w)
    errors = predictions - y
    gradient = (2 / m) * X.T.dot(errors).mean(axis=1, keepdims=True)
    w = w - alpha * gradient
    if epoch % 500 == 0:
        print("epoch", epoch, "mse", np.mean(errors ** 2))

print(w.ravel())  # should be near 3, 2, -1
