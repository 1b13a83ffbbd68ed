import numpy as np

rng = np.random.RandomState(37)
X = rng.randn(80, 3)
exposure = rng.uniform(0.5, 2.0, 80)
counts = rng.poisson(exposure * np.exp(X @ np.array([0.4, -0.3, 0.2]) + 0.5))

beta = np.zeros(3)
alpha = 0.0
eta = 0.1
for step in range(2000):
    lam = np.exp(X @ beta + alpha + np.log(exposure))
    resid = (counts - lam) / len(counts)
    grad = resid @ X
    beta = beta + eta * grad
    alpha += eta * resid.sum()
    if step % 500 == 0:
        print(step, np.mean(counts * np.log(lam) - lam))
print(beta.round(2), round(float(alpha), 2))
