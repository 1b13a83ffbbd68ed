import numpy as np
rs = np.random.RandomState(7)
relu = np.vectorize(lambda v: v if v > 0 else 0.0)
drelu = np.vectorize(lambda v: 1.0 if v > 0 else 0.0, otypes=[float])
img = rs.rand(2, 6, 6)
kernels = rs.randn(3, 3, 3) * 0.3
padded = np.pad(img, ((0, 0), (1, 1), (1, 1)), mode='constant')
target = rs.rand(2, 3)
W = rs.randn(3, 108 // 3, 3) * .1
for step in range(30):
    out = np.zeros((2, 3, 6, 6))
    for n in range(2):
        for k in range(3):
            for i in range(6):
                for j in range(6):
                    out[n, k, i, j] = np.sum(padded[n, i:i + 3, j:j + 3] * kernels[k])
    act = relu(out)
    flat = act.reshape(2, 3, -1)
    pred = np.einsum('nkp,kpc->nc', flat, W)
    loss = ((pred - target) ** 2).sum()
    dpred = 2 * (pred - target)
    dW = np.einsum('nkp,nc->kpc', flat, dpred)
    dflat = np.einsum('nc,kpc->nkp', dpred, W)
    dout = dflat.reshape(out.shape) * drelu(out)
    dk = np.zeros_like(kernels)
    for n in range(2):
        for k in range(3):
            for i in range(6):
                for j in range(6):
                    dk[k] += dout[n, k, i, j] * padded[n, i:i + 3, j:j + 3]
    kernels -= 0.01 * dk
    W -= 0.01 * dW
    print(step, loss)
