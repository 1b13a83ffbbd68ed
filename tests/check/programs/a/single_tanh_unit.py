from math import tanh

points = [(0.5, 1.2, 0.7), (-0.3, 0.8, 0.1), (1.1, -0.4, 0.5), (-0.9, -0.6, -0.8)]
u, v, c, k = 0.1, -0.2, 0.05, 0.9
eta = 0.05

for sweep in range(2000):
    gu = gv = gc = gk = 0.0
    cost = 0.0
    for x1, x2, t in points:
        a = tanh(u * x1 + v * x2 + c)
        out = k * a
        cost += (out - t) ** 2
        d = 2 * (out - t)
        gk += d * a
        dz = d * (1 - a * a)
        gu += dz * x1
        gv += dz * x1
        gc += dz
    u -= eta * gu
    v -= eta * gv
    c -= eta * gc
    k -= eta * gk
    if sweep % 500 == 0:
        print(sweep, cost)
