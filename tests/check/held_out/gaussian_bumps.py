import numpy as np

np.random.seed(19)
x = np.sort(np.random.uniform(0, 10, 40))
y = np.sin(x) + np.random.normal(0, 0.2, 40)
y[5] += 4      # an outlier

centers = np.linspace(0, 10, 7)
widths = np.full(7, 1.2)
weights = np.random.normal(size=7)
bias = 0.0
delta = 0.5

def huber(r):
    return np.where(np.abs(r) <= delta, 0.5 * r ** 2, delta * (np.abs(r) - 0.5 * delta))

for epoch in range(3000):
    diff = x[:, None] - centers[None, :]
    phi = np.exp(-diff ** 2 / (2 * widths ** 2))
    f = phi.dot(weights) + bias
    r = f - y
    L = huber(r).mean()

    dr = np.clip(r, -delta, delta) / len(x)
    g_w = phi.T.dot(dr)
    g_b = dr.sum()
    g_phi = np.outer(dr, weights) * phi
    g_c = (g_phi * diff / widths ** 2).sum(axis=0)
    g_s = (g_phi * diff ** 2 / widths ** 3).sum(axis=0)

    weights -= 0.1 * g_w
    bias -= 0.1 * g_b
    centers -= 0.1 * g_c
    widths -= 0.1 * g_s
    if epoch % 500 == 0:
        print('epoch', epoch, 'huber', round(L, 5))
