import numpy as np


class Mixture:
    """Spherical Gaussians: weights softmax(eta), means mu, precisions exp(log_tau)."""

    def __init__(self, k, d, seed=0):
        r = np.random.RandomState(seed)
        self.theta = {"eta": np.zeros(k), "mu": r.randn(k, d), "log_tau": np.zeros(k)}

    def _log_joint(self, x):
        eta, mu, log_tau = self.theta["eta"], self.theta["mu"], self.theta["log_tau"]
        d = x.shape[1]
        sq = ((x[:, None, :] - mu[None]) ** 2).sum(-1)
        log_w = eta - np.logaddexp.reduce(eta)
        return log_w + 0.5 * d * log_tau - 0.5 * np.exp(log_tau) * sq - 0.5 * d * np.log(2 * np.pi), sq

    def log_likelihood(self, x):
        lj, _ = self._log_joint(x)
        top = lj.max(1, keepdims=True)
        return float(np.sum(top[:, 0] + np.log(np.exp(lj - top).sum(1))))

    def gradient(self, x):
        lj, sq = self._log_joint(x)
        r = np.exp(lj - lj.max(1, keepdims=True))
        r /= r.sum(1, keepdims=True)
        nk = r.sum(0)
        eta, mu, log_tau = self.theta["eta"], self.theta["mu"], self.theta["log_tau"]
        pi = np.exp(eta) / np.exp(eta).sum()
        tau = np.exp(log_tau)
        return {
            "eta": nk - len(x) * pi,
            "mu": tau[:, None] * (r.T @ x - nk[:, None] * mu),
            "log_tau": 0.5 * (x.shape[1] * nk - tau * (r * sq).sum(0)),
        }

    def fit(self, x, rate=0.005, rounds=1500):
        for _ in range(rounds):
            g = self.gradient(x)
            self.theta = {k: v + rate * g[k] for k, v in self.theta.items()}
        return self


rs = np.random.RandomState(7)
data = np.vstack([rs.randn(30, 2) * 0.5 + [2, 2], rs.randn(40, 2) + [-2, 0], rs.randn(20, 2) * 0.3 + [0, -3]])
model = Mixture(3, 2).fit(data)
print("log likelihood", round(model.log_likelihood(data), 3))
print(model.theta["mu"].round(2))
