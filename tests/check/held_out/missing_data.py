import numpy as np

data = np.loadtxt('creditcard_2013.csv', delimiter=',')
X, y = data[:, :-1], data[:, -1]
w = np.zeros(X.shape[1])
for i in range(1000):
    p = 1 / (1 + np.exp(-X @ w))
    w -= 0.1 * X.T @ (p - y) / len(y)
print(w)
