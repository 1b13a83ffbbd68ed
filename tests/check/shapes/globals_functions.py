import numpy as np
np.random.seed(3)
W = np.random.uniform(-1, 1, (2, 3))
b = np.zeros(3)
V = np.random.uniform(-1, 1, size=3)
count = 0

def forward(x):
    global hidden
    hidden = np.tanh(x.dot(W) + b)
    return hidden.dot(V)

def backward(x, err):
    global W, b, V, count
    dV = err * hidden
    dh = err * V * (1 - hidden ** 2)
    V = V - 0.1 * dV
    W -= 0.1 * np.outer(x, dh)
    b -= 0.1 * dh
    count += 1

samples = [([0., 1.], 1.), ([1., 0.], 1.), ([1., 1.], 0.), ([0., 0.], 0.)]
def batches():
    for x, y in samples:
        yield np.array(x), y

for epoch in range(100):
    tot = 0.
    for x, y in batches():
        e = forward(x) - y
        tot += 0.5 * e * e
        backward(x, e)
    if epoch % 50 == 0: print(epoch, tot)
print(count)
