import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoidGradient(z):
    g = sigmoid(z)
    return g * (1 - g)

np.random.seed(0)
m = 9
X = np.random.rand(m, 3)
labels = np.random.randint(0, 2, m)
Y = np.eye(2)[labels]

Theta1 = np.random.rand(4, 4) * 0.24 - 0.12
Theta2 = np.random.rand(2, 5) * 0.24 - 0.12
lam = 0.3
alpha = 1.0

for it in range(400):
    # feedforward
    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ Theta1.T
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    z3 = a2 @ Theta2.T
    h = sigmoid(z3)

    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / m
    J += lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))
    if it % 100 == 0:
        print("Iteration", it, "| Cost:", J)

    # backprop
    d3 = h - Y
    d2 = (d3 @ Theta2)[:, 1:] * sigmoidGradient(z2)
    Delta1 = d2.T @ a1
    Delta2 = d3.T @ a2

    Theta1_grad = Delta1 / m
    Theta2_grad = Delta2 / m
    Theta1_grad[:, 1:] += lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lam / m * Theta2[:, 1:]

    Theta1 -= alpha * Theta1_grad
    Theta2 -= alpha * Theta2_grad
