import numpy as np

np.random.seed(30)
X = np.random.randn(70, 3)
t = (X @ np.array([1.5, -2.0, 0.5]) + 0.3 + np.random.logistic(size=70) > 0).astype(int)

w = np.zeros(3)
w0 = 0.0
eta = 0.01
for it in range(3000):
    p = 1 / (1 + np.exp(-(X @ w + w0)))
    residual = t - p
    w = w + eta * (X.T @ residual - 0.1 * w)      # Gaussian prior on the weights only
    w0 = w0 + eta * residual.sum()

print("weights", w.round(3), "intercept", round(float(w0), 3))
print("accuracy", np.mean((X @ w + w0 > 0) == t))
