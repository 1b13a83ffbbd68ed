import numpy as np


class UpDecoder:
    """code -> 4 cells -> transposed convolution (width 3, stride 2) -> 9 samples"""

    def __init__(self):
        r = np.random.RandomState(42)
        self.W = r.randn(4, 4) * 0.5
        self.kernel = r.randn(3) * 0.5
        self.bias = np.zeros(1)

    def forward(self, codes):
        self.codes = codes
        self.cells = np.tanh(codes @ self.W)
        out = np.zeros((len(codes), 9))
        for i in range(4):
            out[:, 2 * i:2 * i + 3] += self.cells[:, i:i + 1] * self.kernel
        return out + self.bias

    def backward(self, d):
        self.dbias = np.array([d.sum()])
        self.dkernel = np.zeros(3)
        dcells = np.zeros_like(self.cells)
        for i in range(4):
            part = d[:, 2 * i:2 * i + 3]
            self.dkernel += self.cells[:, i] @ part
            dcells[:, i] += part @ self.kernel
        self.dW = self.codes.T @ (dcells * (1 - dcells ** 2))


rs = np.random.RandomState(3)
codes = rs.randn(30, 4)
pics = np.sin(codes[:, :1] + np.arange(9) * 0.5) * codes[:, 1:2]
dec = UpDecoder()
for epoch in range(500):
    e = dec.forward(codes) - pics
    dec.backward(e)
    dec.W -= 0.005 * dec.dW
    dec.kernel -= 0.005 * dec.dkernel
    dec.bias -= 0.005 * dec.dbias
    if epoch % 100 == 0:
        print(epoch, 0.5 * np.sum(e ** 2))
