import numpy as np


class TwoFilters:
    """signal -> k1 -> tanh -> k2, both convolutions 'same' and 'valid' as named"""

    def __init__(self):
        self.k1 = np.array([0.2, 0.5, -0.1])
        self.b1 = np.zeros(1)
        self.k2 = np.array([0.3, -0.4, 0.6])

    def forward(self, s):
        self.s = np.pad(s, 1)
        self.a = np.tanh(np.correlate(self.s, self.k1, mode="valid") + self.b1)
        return np.correlate(self.a, self.k2, mode="valid")

    def backward(self, dy):
        self.g2 = np.correlate(self.a, dy, mode="valid")
        da = np.correlate(dy, self.k2, mode="full")
        dz = da * (1 - self.a ** 2)
        self.g1 = np.correlate(self.s, dz, mode="valid")
        self.gb1 = dz.sum(keepdims=True)


rng = np.random.RandomState(6)
truth = TwoFilters()
truth.k1, truth.k2 = rng.randn(3), rng.randn(3)
model = TwoFilters()
for i in range(4000):
    s = rng.randn(9)
    diff = model.forward(s) - truth.forward(s)
    model.backward(diff)
    model.k1 -= 0.01 * model.g1
    model.k2 -= 0.01 * model.g2
    model.b1 -= 0.01 * model.gb1
    if i % 1000 == 0:
        print(i, np.sum(diff ** 2))
