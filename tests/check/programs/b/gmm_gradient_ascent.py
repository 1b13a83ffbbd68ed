"""1-d Gaussian mixture fitted by gradient ascent on the log likelihood."""
import numpy as np

np.random.seed(6)
x = np.concatenate([np.random.normal(-2, 0.5, 40), np.random.normal(1, 1.0, 60), np.random.normal(4, 0.3, 25)])
K = 3
a = np.zeros(K)                 # mixing logits
mu = np.array([-1.0, 0.0, 1.0])
log_sigma = np.zeros(K)


def log_joint(x, a, mu, log_sigma):
    sigma = np.exp(log_sigma)
    log_pi = a - np.log(np.sum(np.exp(a)))
    z = (x[:, None] - mu) / sigma
    return log_pi - 0.5 * z ** 2 - log_sigma - 0.5 * np.log(2 * np.pi)


def log_likelihood(x, a, mu, log_sigma):
    lj = log_joint(x, a, mu, log_sigma)
    m = lj.max(axis=1)
    return np.sum(m + np.log(np.sum(np.exp(lj - m[:, None]), axis=1)))


def gradients(x, a, mu, log_sigma):
    lj = log_joint(x, a, mu, log_sigma)
    lj = lj - lj.max(axis=1, keepdims=True)
    r = np.exp(lj)
    r = r / r.sum(axis=1, keepdims=True)
    sigma = np.exp(log_sigma)
    pi = np.exp(a) / np.exp(a).sum()
    z = (x[:, None] - mu) / sigma
    g_a = (r - pi).sum(axis=0)
    g_mu = (r * z).sum(axis=0)
    g_ls = (r * (z ** 2 - 1)).sum(axis=0)
    return g_a, g_mu, g_ls, r


eta = 0.002
for it in range(2000):
    g_a, g_mu, g_ls, r = gradients(x, a, mu, log_sigma)
    a = a + eta * g_a
    mu = mu + eta * g_mu
    log_sigma = log_sigma + eta * g_ls
    if it % 500 == 0:
        print(it, log_likelihood(x, a, mu, log_sigma))
print("means", mu, "sigmas", np.exp(log_sigma))
