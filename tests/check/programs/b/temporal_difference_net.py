import numpy as np


class QNetwork:
    def __init__(self, n, h, actions):
        r = np.random.RandomState(21)
        self.W1, self.b1 = r.randn(n, h) * 0.4, np.zeros(h)
        self.W2, self.b2 = r.randn(h, actions) * 0.4, np.zeros(actions)

    def q(self, s):
        self.z = s @ self.W1 + self.b1
        self.h = np.maximum(self.z, 0)
        return self.h @ self.W2 + self.b2

    def gradient(self, s, a, y):
        q = self.q(s)
        rows = np.arange(len(a))
        td = (q[rows, a] - y) / len(a)
        dq = np.zeros_like(q)
        dq[:, a] = td
        dW2, db2 = self.h.T @ dq, dq.sum(axis=0)
        dh = dq @ self.W2.T
        dz = dh * (self.z > 0)
        return s.T @ dz, dz.sum(axis=0), dW2, db2


class CartWorld:
    """A point on a line; pushing left, resting, pushing right; reward is closeness to the middle."""

    def __init__(self, seed=0):
        self.r = np.random.RandomState(seed)
        self.reset()

    def reset(self):
        self.s = self.r.randn(4) * 0.5
        return self.s

    def step(self, action):
        self.s = 0.9 * self.s
        self.s[0] += 0.2 * (action - 1) + 0.1 * self.s[1]
        return self.s, -abs(self.s[0])


world, net = CartWorld(), QNetwork(4, 8, 3)
memory = []
s = world.reset()
for t in range(400):
    a = int(world.r.randint(3)) if world.r.rand() < 0.2 else int(net.q(s[None])[0].argmax())
    s2, reward = world.step(a)
    memory.append((s.copy(), a, reward, s2.copy()))
    s = world.reset() if t % 20 == 19 else s2
    if len(memory) >= 16:
        pick = [memory[k] for k in world.r.randint(len(memory), size=16)]
        S, A, R, S2 = map(np.array, zip(*pick))
        target = R + 0.9 * net.q(S2).max(axis=1)
        for p, g in zip((net.W1, net.b1, net.W2, net.b2), net.gradient(S, A, target)):
            p -= 0.05 * g
print("mean reward", np.mean([m[2] for m in memory[-100:]]))
