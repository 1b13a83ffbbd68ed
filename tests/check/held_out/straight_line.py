import numpy as np

# y = theta0 + theta1 * x, toy data
x = [0.5, 1.0, 1.7, 2.2, 3.1]
y = [1.9, 3.2, 4.1, 5.6, 7.0]

theta0, theta1 = 0.3, 0.2
alpha = 0.01
m = len(x)

for it in range(2000):
    cost = 0
    sum0 = 0
    sum1 = 0
    for i in range(m):
        h = theta0 + theta1 * x[i]
        cost += (h - y[i]) ** 2 / (2 * m)
        sum0 += h - y[i]
        sum1 += (h - y[i]) * x[i]
    temp0 = theta0 - alpha * sum0 / m
    temp1 = theta1 - alpha * sum1 / m
    theta0 = temp0
    theta1 = temp1
    if it % 500 == 0:
        print(it, cost, theta0, theta1)
