import numpy as np

# Poisson regression by gradient ascent of the log-likelihood
rng = np.random.RandomState(15)
n = 50
exposure = rng.uniform(0.5, 2, n)
Z = np.column_stack([np.ones(n), rng.randn(n, 2)])
true = np.array([0.3, 0.5, -0.4])
counts = rng.poisson(exposure * np.exp(Z @ true))

coef = np.zeros(3)
for i in range(1, 1001):
    rate = exposure * np.exp(Z @ coef)
    loglik = np.sum(counts * np.log(rate) - rate)
    score = Z.T @ (counts - rate)
    coef = coef + 0.005 * score
    if i % 250 == 0:
        print("step", i, "log-likelihood", round(loglik, 4), coef.round(3))
