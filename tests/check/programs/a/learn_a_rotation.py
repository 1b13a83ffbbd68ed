import numpy as np

# learn a rotation with one hidden layer, examples are columns
np.random.seed(36)
pts = np.random.uniform(-1, 1, (10, 3, 1))
phi = 0.6
R = np.array([[np.cos(phi), -np.sin(phi), 0], [np.sin(phi), np.cos(phi), 0], [0, 0, 1]])

A = np.random.randn(3, 3) * 0.5
a = np.zeros((3, 1))
B = np.random.randn(3, 3) * 0.5
c = np.zeros((3, 1))

for epoch in range(400):
    total = 0
    for x in pts:
        t = R @ x
        h = np.tanh(A @ x + a)
        o = B @ h + c
        total += 0.5 * ((o - t) ** 2).sum()

        do = o - t
        dB = np.dot(h, do.T)
        dh = np.dot(B.T, do) * (1 - h * h)
        dA = np.dot(dh, x.T)

        B -= 0.05 * dB
        c -= 0.05 * do
        A -= 0.05 * dA
        a -= 0.05 * dh
    if epoch % 100 == 0:
        print(epoch, total)
