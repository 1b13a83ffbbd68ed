import numpy as np


class BatchNorm2d:
    """Statistics per channel over (batch, height, width)."""

    def __init__(self, channels):
        self.scale = np.ones((1, channels, 1, 1))
        self.offset = np.zeros((1, channels, 1, 1))
        self.axes = (0, 2, 3)

    def __call__(self, x):
        self.m = x.shape[0] * x.shape[2] * x.shape[3]
        mean = x.mean(axis=self.axes, keepdims=True)
        self.istd = 1 / np.sqrt(x.var(axis=self.axes, keepdims=True) + 1e-5)
        self.xn = (x - mean) * self.istd
        return self.scale * self.xn + self.offset

    def grad(self, d):
        self.dscale = np.sum(d * self.xn, axis=self.axes, keepdims=True)
        self.doffset = np.sum(d, axis=self.axes, keepdims=True)
        t = d.shape[0] * d - self.doffset - self.xn * self.dscale
        return self.scale * self.istd / self.m * t


np.random.seed(79)
bn = BatchNorm2d(2)
bn.scale[...] = [[[[1.5]], [[0.5]]]]
image = np.random.randn(3, 2, 4, 3)
goal = np.random.randn(3, 2, 4, 3)
for i in range(200):
    out = bn(image)
    diff = out - goal
    image -= 0.05 * bn.grad(diff)       # move the pixels, as in style transfer
    bn.scale -= 0.01 * bn.dscale
    bn.offset -= 0.01 * bn.doffset
    if i % 50 == 0:
        print(i, 0.5 * np.sum(diff ** 2))
