import numpy as np

def pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode='constant')

class Conv2D:
    def __init__(self, c_in, c_out, k, stride=1, padding=0, rng=None):
        self.w = rng.normal(0, np.sqrt(2 / (c_in * k * k)), (c_out, c_in, k, k))
        self.b = rng.normal(0, 0.1, c_out)
        self.k, self.s, self.p = k, stride, padding

    def forward(self, x):
        self.x_shape = x.shape
        self.xp = pad(x, self.p)
        n, _, h, w = self.xp.shape
        oh, ow = (h - self.k) // self.s + 1, (w - self.k) // self.s + 1
        out = np.zeros((n, len(self.w), oh, ow))
        for i in range(oh):
            for j in range(ow):
                window = self.xp[:, :, i*self.s:i*self.s+self.k, j*self.s:j*self.s+self.k]
                out[:, :, i, j] = np.tensordot(window, self.w, axes=([1, 2, 3], [1, 2, 3])) + self.b
        return out

    def backward(self, dout):
        self.dw = np.zeros_like(self.w)
        self.db = dout.mean(axis=(0, 2, 3))
        dxp = np.zeros_like(self.xp)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                rows = slice(i*self.s, i*self.s+self.k)
                cols = slice(j*self.s, j*self.s+self.k)
                d = dout[:, :, i, j]
                self.dw += np.tensordot(d, self.xp[:, :, rows, cols], axes=(0, 0))
                dxp[:, :, rows, cols] += np.tensordot(d, self.w, axes=(1, 0))
        if self.p:
            return dxp[:, :, self.p:-self.p, self.p:-self.p]
        return dxp

rng = np.random.default_rng(3)
conv1 = Conv2D(1, 2, 3, padding=1, rng=rng)
conv2 = Conv2D(2, 3, 3, stride=2, rng=rng)
imgs = rng.normal(size=(3, 1, 6, 6))
goal = rng.normal(size=(3, 3))

for step in range(60):
    z1 = conv1.forward(imgs)
    a1 = np.maximum(z1, 0)
    z2 = conv2.forward(a1)
    pooled = z2.mean(axis=(2, 3))
    loss = 0.5 * ((pooled - goal) ** 2).sum()

    dpooled = pooled - goal
    dz2 = np.ones_like(z2) * dpooled[:, :, None, None] / (z2.shape[2] * z2.shape[3])
    da1 = conv2.backward(dz2)
    dz1 = da1 * (z1 > 0)
    conv1.backward(dz1)
    for c in (conv1, conv2):
        c.w -= 0.02 * c.dw
        c.b -= 0.02 * c.db
    if step % 20 == 0:
        print(step, float(loss))
