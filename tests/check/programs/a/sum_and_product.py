import numpy as np

rng = np.random.RandomState(77)
inputs = rng.rand(9, 3)
wanted = np.column_stack((inputs.sum(axis=1), inputs.prod(axis=1)))

w_in = rng.randn(3, 5)
w_out = rng.randn(5, 2)
step = 0.02

for n in range(2000):
    hidden = 1.0 / (1.0 + np.exp(-inputs.dot(w_in)))
    outputs = hidden.dot(w_out)
    diff = outputs - wanted
    if n % 500 == 0:
        print(n, 0.5 * (diff ** 2).sum())

    # slope of the logistic function is h(1-h)
    slope = hidden
    slope *= 1.0 - hidden
    delta = diff.dot(w_out.T) * slope

    w_out -= step * hidden.T.dot(diff)
    w_in -= step * inputs.T.dot(delta)
