import numpy as np

# REINFORCE-like update of a linear softmax policy, with an entropy bonus.
# loss = -mean(R * log pi(a|s)) - beta * mean(entropy)
rs = np.random.RandomState(3)
S = rs.randn(40, 4)
A = rs.randint(0, 3, 40)
R = rs.randn(40) + (A == (S[:, 0] > 0))
beta = 0.5


def loss_grad(S, A, R, W):
    n = len(S)
    logits = S @ W
    logits -= logits.max(axis=1, keepdims=True)
    probs = np.exp(logits)
    probs /= probs.sum(axis=1, keepdims=True)
    logp = np.log(probs)
    entropy = -(probs * logp).sum(axis=1)
    loss = -np.mean(R * logp[np.arange(n), A]) - beta * np.mean(entropy)

    dlogits = probs
    dlogits[np.arange(n), A] -= 1
    dlogits *= R[:, None]
    dent = -probs * (logp + entropy[:, None])
    dlogits -= beta * dent
    return loss, S.T @ dlogits / n


W = np.zeros((4, 3))
for k in range(500):
    L, dW = loss_grad(S, A, R, W)
    W -= 0.2 * dW
    if k % 100 == 0:
        print(k, L)
