import numpy as np
from numpy import matrix, multiply

def g(z):
    return 1.0 / (1.0 + np.exp(-z))

np.random.seed(2)
Theta1 = matrix(np.random.uniform(-1, 1, (4, 3)))   # 4 hidden, 2 inputs + bias
Theta2 = matrix(np.random.uniform(-1, 1, (2, 5)))
X = matrix(np.random.randn(9, 2))
Y = matrix(np.eye(2)[np.random.randint(0, 2, 9)])
m = X.shape[0]
lam = 0.1
alpha = 0.8

for iteration in range(500):
    Delta1 = np.zeros(Theta1.shape)
    Delta2 = np.zeros(Theta2.shape)
    J = 0
    for i in range(m):
        a1 = np.vstack((1, X[i].T))
        z2 = Theta1 * a1
        a2 = np.vstack((1, g(z2)))
        a3 = g(Theta2 * a2)
        yi = Y[i].T
        J += np.sum(-multiply(yi, np.log(a3)) - multiply(1 - yi, np.log(1 - a3))) / m
        d3 = a3 - yi
        d2 = multiply(Theta2.T * d3, multiply(a2, 1 - a2))
        Delta2 = Delta2 + d3 * a2.T
        Delta1 = Delta1 + d2[1:] * a1.T
    J += lam / (2 * m) * (np.sum(np.power(Theta1[:, 1:], 2)) + np.sum(np.power(Theta2[:, 1:], 2)))
    D1 = Delta1 / m
    D2 = Delta2 / m
    D1[:, 1:] += lam / m * Theta1[:, 1:]
    D2[:, 1:] += lam / m * Theta2[:, 1:]
    Theta1 = Theta1 - alpha * D1
    Theta2 = Theta2 - alpha * D2
    if iteration % 100 == 0:
        print(iteration, J)
