import numpy as np


class Conv2D:
    """Single input channel, valid convolution by gathering patches with one index array."""

    def __init__(self, n_kernels, size, image):
        self.kernels = np.random.randn(n_kernels, size * size) / size
        self.bias = np.zeros(n_kernels)
        out = image - size + 1
        base = (np.arange(out)[:, None] * image + np.arange(out)[None, :]).ravel()
        offset = (np.arange(size)[:, None] * image + np.arange(size)[None, :]).ravel()
        self.index = base[:, None] + offset[None, :]      # (positions, size*size)

    def forward(self, x):
        self.batch_shape = x.shape
        self.patches = x.reshape(len(x), -1)[:, self.index]      # (N, P, k*k)
        return np.einsum("npk,fk->nfp", self.patches, self.kernels) + self.bias[None, :, None]

    def backward(self, grad):
        self.dkernels = np.einsum("nfp,npk->fk", grad, self.patches)
        self.dbias = grad.sum(axis=(0, 2))
        dpatches = np.einsum("nfp,fk->npk", grad, self.kernels)
        dflat = np.zeros((self.batch_shape[0], self.batch_shape[1] * self.batch_shape[2]))
        dflat[:, self.index] += dpatches
        return dflat.reshape(self.batch_shape)


np.random.seed(1)
conv = Conv2D(3, 3, 5)
images = np.random.randn(4, 5, 5)
out = conv.forward(images)
upstream = np.random.randn(*out.shape)
dimages = conv.backward(upstream)
print("kernels", np.abs(conv.dkernels).sum())
print("bias   ", np.abs(conv.dbias).sum())
print("images ", np.abs(dimages).sum())
