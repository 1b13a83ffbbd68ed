import numpy as np

A = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [2.2, 0.1, -0.7], [-1.1, 0.4, 1.3], [0.6, 0.9, -0.2]])
b = np.array([[3.1, 0.2], [1.2, 0.0], [1.7, -1.1], [0.4, 2.0], [1.5, 0.3]])
theta1 = np.zeros((3, 2))
theta2 = np.zeros((1, 2))
rate = 0.01

for k in range(800):
    prediction = A @ theta1 + theta2
    residual = prediction - b
    if k % 200 == 0:
        print("mean squared error", (residual ** 2).mean())
    theta1 -= rate * A.T @ residual
    theta2 -= rate * residual.sum(axis=0, keepdims=True)
