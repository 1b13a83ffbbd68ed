import numpy as np

# contrastive loss on pairs with one shared linear map + tanh
rng = np.random.RandomState(31)
A = rng.randn(12, 4)
B = A + 0.5 * rng.randn(12, 4)
B[6:] = rng.randn(6, 4)
same = np.r_[np.ones(6), np.zeros(6)]
W = rng.randn(4, 3) * 0.5
margin = 1.5

def embed(x):
    return np.tanh(x.dot(W))

for it in range(300):
    ea, eb = embed(A), embed(B)
    diff = ea - eb
    dist = np.sqrt((diff ** 2).sum(1) + 1e-9)
    hinge = np.maximum(0, margin - dist)
    loss = 0.5 * np.mean(same * dist ** 2 + (1 - same) * hinge ** 2)

    coef = (same - (1 - same) * hinge / dist) / len(A)
    d_diff = coef[:, None] * diff
    da = d_diff * (1 - ea ** 2)
    db = -d_diff * (1 - eb ** 2)
    dW = A.T.dot(da) + A.T.dot(db)
    W -= 0.5 * dW
    if it % 100 == 0:
        print(it, round(loss, 5))
