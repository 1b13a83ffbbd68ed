import numpy as np

# Matrix factorization by SGD, plain loops.
R = np.array([
    [5, 3, 0, 1, 2],
    [4, 0, 0, 1, 3],
    [1, 1, 0, 5, 0],
    [1, 0, 0, 4, 4],
    [0, 1, 5, 4, 0],
    [2, 0, 4, 0, 1],
], dtype=float)
num_users, num_items = R.shape
K = 3
alpha = 0.01
beta = 0.02

np.random.seed(2)
P = np.random.rand(num_users, K)
Q = np.random.rand(num_items, K)
ratings = [(i, j, R[i, j]) for i in range(num_users) for j in range(num_items) if R[i, j] > 0]

for step in range(3000):
    np.random.shuffle(ratings)
    for i, j, r in ratings:
        i, j = int(i), int(j)
        prediction = 0.0
        for k in range(K):
            prediction += P[i, k] * Q[j, k]
        e = r - prediction
        for k in range(K):
            P[i, k] += alpha * (e * Q[j, k] - beta * P[i, k])
            Q[j, k] += alpha * (e * P[i, k] - beta * Q[j, k])
    if step % 500 == 0:
        err = 0.0
        for i, j, r in ratings:
            err += (r - P[int(i)].dot(Q[int(j)])) ** 2
        print("step", step, "rmse", np.sqrt(err / len(ratings)))
