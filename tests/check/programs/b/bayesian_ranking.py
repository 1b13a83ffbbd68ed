import numpy as np

# BPR: pairs of a seen item i and an unseen item j, maximise log sigmoid(x_ui - x_uj)
rng = np.random.RandomState(9)
n_users, n_items, k = 6, 8, 3
seen = {u: set(rng.choice(n_items, 3, replace=False)) for u in range(n_users)}
U = rng.randn(n_users, k) * 0.1
I = rng.randn(n_items, k) * 0.1
bias = np.zeros(n_items)
lr, reg = 0.05, 0.01


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def bpr_update(u, i, j):
    x = U[u] @ (I[i] - I[j]) + bias[i] - bias[j]
    g = sigmoid(x)
    uu = U[u].copy()
    U[u] += lr * (g * (I[i] - I[j]) - reg * U[u])
    I[i] += lr * (g * uu - reg * I[i])
    I[j] += lr * (-g * uu - reg * I[j])
    bias[i] += lr * g
    bias[j] -= lr * g


def auc():
    good = total = 0
    for u in range(n_users):
        s = I @ U[u] + bias
        for i in seen[u]:
            for j in set(range(n_items)) - seen[u]:
                good += s[i] > s[j]
                total += 1
    return good / total


for epoch in range(500):
    for u in range(n_users):
        i = rng.choice(sorted(seen[u]))
        j = rng.choice(sorted(set(range(n_items)) - seen[u]))
        bpr_update(u, i, j)
    if epoch % 100 == 0:
        print("epoch", epoch, "auc", round(auc(), 3))
