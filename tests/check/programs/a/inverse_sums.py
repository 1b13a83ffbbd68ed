import numpy as np

rng = np.random.default_rng(7)
Z = np.column_stack([np.ones(20), rng.normal(size=(20, 2)) * 0.6])
k = rng.poisson(np.exp(Z @ [0.5, 0.7, -0.4]))
beta = np.zeros(3)
for sweep in range(500):
    mu = np.exp(Z @ beta)
    beta += 0.005 * Z.T @ (k - mu)
    if sweep % 100 == 0:
        print(sweep, np.sum(mu - k * np.log(mu)))
print(beta)
