import numpy as np


class VAE:
    """encoder x -> h -> (mean, log variance), z = mean + exp(logvar / 2) * noise, decoder z -> h -> x"""

    def __init__(self, n, h, z):
        r = np.random.RandomState(0)
        self.p = {
            "We": r.randn(n, h) * 0.3, "Wm": r.randn(h, z) * 0.3, "Ws": r.randn(h, z) * 0.1,
            "Wd": r.randn(z, h) * 0.3, "Wo": r.randn(h, n) * 0.3, "bo": np.zeros(n),
        }
        self.g = {}

    def step(self, x):
        p, g, n = self.p, self.g, len(x)
        he = np.tanh(x @ p["We"])
        mean = he @ p["Wm"]
        logvar = he @ p["Ws"]
        noise = np.random.randn(*mean.shape)
        std = np.exp(0.5 * logvar)
        z = mean + std * noise
        hd = np.tanh(z @ p["Wd"])
        logits = hd @ p["Wo"] + p["bo"]

        recon = np.sum(np.logaddexp(0, logits) - x * logits) / n
        kl = -0.5 * np.sum(1 + logvar - mean ** 2 - np.exp(logvar)) / n

        dlogits = (1 / (1 + np.exp(-logits)) - x) / n
        g["Wo"] = hd.T @ dlogits
        g["bo"] = dlogits.sum(axis=0)
        dhd = dlogits @ p["Wo"].T * (1 - hd ** 2)
        g["Wd"] = z.T @ dhd
        dz = dhd @ p["Wd"].T
        dmean = dz + mean / n
        dlogvar = dz * noise * 0.5 + 0.5 * (np.exp(logvar) - 1) / n
        g["Wm"] = he.T @ dmean
        g["Ws"] = he.T @ dlogvar
        dhe = dmean @ p["Wm"].T + dlogvar @ p["Ws"].T
        g["We"] = x.T @ dhe
        return recon + kl


np.random.seed(73)
prototypes = np.random.rand(3, 6) > 0.5
data = prototypes[np.random.randint(3, size=60)].astype(float)
vae = VAE(6, 8, 2)
for it in range(1500):
    batch = data[np.random.randint(60, size=20)]
    loss = vae.step(batch)
    for k in vae.p:
        vae.p[k] -= 0.1 * vae.g[k]
    if it % 300 == 0:
        print("iter %4d  elbo loss %.3f" % (it, loss))
