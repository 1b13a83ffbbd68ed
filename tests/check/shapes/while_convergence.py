import numpy as np
X = np.array([1., 2, 3, 4, 5]); Y = np.array([2.1, 3.9, 6.2, 7.8, 10.1])
m = c = 0
L = 1e-2
n = float(len(X))
prev, err, it = None, 1e9, 0
while err > 1e-9 and it < 100000:
    Y_pred = m * X + c
    D_m = (-2 / n) * sum(X * (Y - Y_pred))
    D_c = (-2 / n) * sum(Y - Y_pred)
    m = m - L * D_m
    c = c - L * D_c
    cost = sum((Y - Y_pred) ** 2) / n
    err = abs(prev - cost) if prev is not None else err
    prev = cost
    it += 1
print(m, c, it)
