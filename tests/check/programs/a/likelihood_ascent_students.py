import numpy as np

hours = np.array([0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.25, 4.0, 4.5, 5.0])
slept = np.array([8.0, 6.5, 7.0, 5.0, 8.0, 6.0, 7.5, 6.0, 7.0, 8.0, 5.5, 7.0, 6.0])
passed = np.array([0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1])

design = np.column_stack([np.ones_like(hours), hours - hours.mean(), slept - slept.mean()])
theta = np.zeros(3)
eta = 0.05

def log_lik(theta):
    p = 1 / (1 + np.exp(-design @ theta))
    return passed @ np.log(p) + (1 - passed) @ np.log(1 - p)

for k in range(1000):
    p = 1 / (1 + np.exp(-design @ theta))
    # climb up the log likelihood
    grad = design.T @ (p - passed)
    theta = theta + eta * grad
    if k % 100 == 0:
        print(k, log_lik(theta))
