import numpy as np

np.random.seed(16)
d, k, steps = 2, 4, 5
U = np.random.randn(k, d) * 0.7
R = np.random.randn(k, k) * 0.4
V = np.random.randn(1, k)
seq = np.random.randn(steps, d)
want = np.sin(np.arange(steps))

for it in range(300):
    state = np.zeros(k)
    states, outs = [state.copy()], []
    for t in range(steps):
        state[:] = np.tanh(U @ seq[t] + R @ state)
        states.append(state.copy())
        outs.append((V @ state).item())
    loss = sum((o - g) ** 2 for o, g in zip(outs, want)) / 2

    gU, gR, gV = np.zeros_like(U), np.zeros_like(R), np.zeros_like(V)
    carry = np.zeros(k)
    for t in range(steps, 0, -1):
        e = outs[t - 1] - want[t - 1]
        gV += e * states[t]
        back = (e * V.ravel() + carry) * (1 - states[t] ** 2)
        gU += np.outer(back, seq[t - 1])
        gR += np.outer(back, states[t - 1])
        carry = R.T @ back
    U -= 0.03 * gU
    R -= 0.03 * gR
    V -= 0.03 * gV
    if it % 100 == 0:
        print(it, loss)
