import numpy as np

# vectors are 1-d here, one sample at a time
def f(v):
    return 1 / (1 + np.exp(-v))

np.random.seed(31)
patterns = np.array([[0.1, 0.9, 0.2], [0.8, 0.3, 0.5], [0.4, 0.4, 0.9], [0.9, 0.7, 0.1]])
desired = np.array([[0.2, 0.8], [0.9, 0.1], [0.3, 0.6], [0.7, 0.4]])

Wh = np.random.uniform(-0.5, 0.5, (3, 3))
Wo = np.random.uniform(-0.5, 0.5, (2, 3))
mu = 0.4

for cycle in range(500):
    E = 0
    for x, d in zip(patterns, desired):
        yh = f(Wh.dot(x))
        yo = f(Wo.dot(yh))
        e = yo - d
        E += 0.5 * e.dot(e)

        delta_o = e * yo * (1 - yo)
        delta_h = Wo.T.dot(delta_o) * yh * (1 - yh)

        Wo -= mu * np.outer(delta_o, yh)
        Wh -= mu * delta_h * x
    if cycle % 100 == 0:
        print("cycle", cycle, "E =", E)
