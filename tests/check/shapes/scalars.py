import math
import random
random.seed(5)
w1, w2, b = random.random(), random.gauss(0, 1), 0.0
data = [(0.5, 1.2, 1), (1.5, -0.3, 0), (-0.7, 0.8, 1), (2.0, 0.1, 0)]
lr = .1
def sig(z): return 1 / (1 + math.exp(-z))
for epoch in range(1000):
    total = 0
    random.shuffle(data)
    for x1, x2, t in data:
        z = w1 * x1 + w2 * x2 + b
        p = sig(z)
        total += -(t * math.log(p) + (1 - t) * math.log(1 - p))
        dz = p - t
        w1 -= lr * dz * x1
        w2 -= lr * dz * x2
        b -= lr * dz
    if epoch % 100 == 0:
        print("epoch", epoch, "loss", round(total, 4), "%.3f %.3f" % (w1, w2))
