import numpy as np

np.random.seed(63)
names = ["in", "mid", "out"]
sizes = [3, 6, 5, 2]
W = {k: np.random.randn(a, b) * np.sqrt(1 / a) for k, a, b in zip(names, sizes, sizes[1:])}
B = {k: np.zeros(b) for k, b in zip(names, sizes[1:])}
lr = 0.05

x_all = np.random.uniform(-1, 1, (60, 3))
t_all = np.tanh(np.c_[x_all[:, 0] + x_all[:, 1] ** 2, x_all[:, 1] * x_all[:, 2]])
train = np.hstack([x_all, t_all])

for epoch in range(400):
    np.random.shuffle(train)
    for i in range(0, len(train), 5):
        x, t = train[i:i + 5, :3], train[i:i + 5, 3:]
        acts = [x]
        for k in names:
            acts.append(np.tanh(acts[-1] @ W[k] + B[k]))
        d = 2 * (acts[-1] - t) / len(x)
        dW, dB = {}, {}
        for j, k in reversed(list(enumerate(names))):
            dW[k] = acts[j].T @ d
            dB[k] = d.sum(axis=0)
            if j > 0:
                d = d @ W[k].T * (1 - acts[j] ** 2)
        for k in names:
            W[k] -= lr * dW[k]
            B[k] -= lr * dB[k]
    if epoch % 100 == 0:
        out = x_all
        for k in names:
            out = np.tanh(out @ W[k] + B[k])
        print(epoch, np.mean((out - t_all) ** 2))
