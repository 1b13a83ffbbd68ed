import numpy as np
np.random.seed(6)
x = np.random.randn(2, 2, 4, 4)
w = np.random.randn(8, 3) * .3
y = np.array([2, 0])
for step in range(25):
    N, C, Hh, Ww = x.shape
    pooled = np.zeros((N, C, 2, 2))
    masks = []
    for i in range(2):
        for j in range(2):
            win = x[:, :, i * 2:i * 2 + 2, j * 2:j * 2 + 2]
            m = win == np.amax(win, axis=(2, 3), keepdims=True)
            masks.append(m)
            pooled[:, :, i, j] = np.max(win, axis=(2, 3))
    flat = pooled.reshape(N, -1)
    s = flat @ w
    correct = s[np.arange(N), y].reshape(-1, 1)
    margins = np.maximum(0, s - correct + 1.0)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N
    ds = np.zeros(s.shape)
    ds[margins > 0] = 1
    ds[np.arange(N), y] -= np.sum(margins > 0, axis=1)
    ds /= N
    dw = flat.T.dot(ds)
    dflat = ds.dot(w.T)
    dp = dflat.reshape(pooled.shape)
    dx = np.zeros_like(x)
    for k, m in enumerate(masks):
        i, j = divmod(k, 2)
        dx[:, :, i * 2:i * 2 + 2, j * 2:j * 2 + 2] += m * dp[:, :, i, j][:, :, None, None]
    w -= 0.1 * dw
    x -= 0.1 * dx
hits = [int(p) for p in s.argmax(1) if p in y]
print(loss, hits, np.unravel_index(np.argmax(s), s.shape), s.argsort(axis=1)[:, ::-1])
