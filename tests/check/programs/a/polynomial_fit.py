import numpy as np
import math

rng = np.random.RandomState(5)
x = np.linspace(-1, 1, 21)
y = 0.5 - x + 2 * x ** 3 + rng.normal(0, 0.1, x.shape)

def design_matrix(x, degree):
    cols = [x ** d for d in range(degree + 1)]
    return np.stack(cols, axis=1)

def cost(A, y, theta):
    r = A @ theta - y
    return r @ r / (2 * len(y))

def gradient_descent(A, y, theta, alpha, iters):
    history = []
    n = len(y)
    for _ in range(iters):
        h = A.dot(theta)
        theta = theta - alpha * (A.T.dot(h - y)) / n
        history.append(cost(A, y, theta))
    return theta, history

A = design_matrix(x, 4)
theta = np.zeros(5)
theta, hist = gradient_descent(A, y, theta, 0.1, 2000)
print("theta", np.round(theta, 3))
print("rmse", math.sqrt(2 * hist[-1]))
