import numpy as np

gen = np.random.default_rng(3)
X = gen.normal(size=(12, 3))
Y = np.exp(X[:, :2]) + gen.normal(size=(12, 2)) * 0.1
Wa, ba = gen.normal(size=(3, 6)), np.zeros(6)
Wb, bb = gen.normal(size=(6, 2)), np.zeros(2)
max_norm = 1.0

for it in range(300):
    za = X @ Wa + ba
    ha = np.log(1 + np.exp(za))
    Yh = ha @ Wb + bb
    loss = ((Yh - Y) ** 2).mean()

    gY = 2 * (Yh - Y) / Y.size
    gWb = ha.T @ gY
    gbb = gY.sum(0)
    gza = (gY @ Wb.T) / (1 + np.exp(-za))
    gWa = X.T @ gza
    gba = gza.sum(0)

    grads = [gWa, gba, gWb, gbb]
    norm = np.sqrt(sum((g ** 2).sum() for g in grads))
    if norm > max_norm:
        grads = [g * max_norm / norm for g in grads]
    for p, g in zip([Wa, ba, Wb, bb], grads):
        p -= 0.05 * g
    if it % 100 == 0:
        print(it, round(loss, 4), round(norm, 4))
