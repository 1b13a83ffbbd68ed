import random
import numpy as np

random.seed(0)
np.random.seed(0)

n_users, n_items, n_factors = 7, 9, 4
mu = 3.2
full = np.clip(mu + np.random.randn(n_users, 2) @ np.random.randn(2, n_items), 1, 5)
train = [(u, i, float(full[u, i])) for u in range(n_users) for i in range(n_items) if random.random() < 0.6]

bu = np.zeros(n_users)
bi = np.zeros(n_items)
pu = np.random.normal(0, 0.1, (n_users, n_factors))
qi = np.random.normal(0, 0.1, (n_items, n_factors))
lr, reg = 0.01, 0.02

for epoch in range(400):
    random.shuffle(train)
    for u, i, r in train:
        dot = 0.0
        for f in range(n_factors):
            dot += qi[i, f] * pu[u, f]
        err = r - (mu + bu[u] + bi[i] + dot)
        bu[u] += lr * (err - reg * bu[u])
        bi[i] += lr * (err - reg * bi[i])
        for f in range(n_factors):
            puf = pu[u, f]
            qif = qi[i, f]
            pu[u, f] += lr * (err * qif - reg * puf)
            qi[i, f] += lr * (err * puf - reg * qif)
    if epoch % 100 == 0:
        sq = [(r - (mu + bu[u] + bi[i] + qi[i] @ pu[u])) ** 2 for u, i, r in train]
        print("epoch", epoch, "rmse", (sum(sq) / len(sq)) ** 0.5)
