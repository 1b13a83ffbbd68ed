# Linear regression from scratch
import numpy as np

X = np.array([1.1, 1.9, 3.2, 4.0, 5.1, 5.8, 7.2])
Y = np.array([2.9, 5.2, 7.1, 8.8, 11.3, 12.4, 15.6])

m = 0
c = 0
L = 0.01  # The learning Rate
epochs = 1000  # The number of iterations to perform gradient descent
n = float(len(X))  # Number of elements in X

# Performing Gradient Descent
for i in range(epochs):
    Y_pred = m * X + c  # The current predicted value of Y
    D_m = (-2 / n) * sum(X * (Y - Y_pred))  # Derivative wrt m
    D_c = (-1 / n) * sum(Y - Y_pred)  # Derivative wrt c
    m = m - L * D_m  # Update m
    c = c - L * D_c  # Update c

print(m, c)
print("mse:", np.mean((Y - (m * X + c)) ** 2))
