import numpy as np

# robust regression with the Huber loss, because of the outliers
rng = np.random.default_rng(33)
X = rng.normal(size=(18, 2))
y = X @ np.array([1.5, -0.8]) + 0.3 + 0.05 * rng.normal(size=18)
y[::6] += 8
y[3] -= 9
delta = 1.0

def huber(e):
    small = np.abs(e) <= delta
    return np.where(small, 0.5 * e ** 2, delta * (np.abs(e) - 0.5 * delta))

def huber_prime(e):
    return np.where(np.abs(e) <= delta, e, delta)

w = np.zeros(2)
b = 0.0
for t in range(500):
    e = X @ w + b - y
    g = huber_prime(e) / len(y)
    w -= 0.1 * (X.T @ g)
    b -= 0.1 * g.sum()
    if t % 100 == 0:
        print(t, huber(e).mean())
print(w, b)
