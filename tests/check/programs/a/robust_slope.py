import numpy as np

rs = np.random.RandomState(4)
X = rs.randn(16, 3)
y = X @ [1.0, 2.0, -1.0] + 0.5
y[::5] += 10
coef = np.zeros(3)
intercept = 0.0
rate = 0.2 / len(y)

for i in range(400):
    residual = X @ coef + intercept - y
    pull = np.clip(residual, -1, 1)
    coef -= rate * X.T @ pull
    intercept -= rate * pull.sum()
    if i % 100 == 0:
        print(i, np.abs(residual).mean())
print(coef, intercept)
