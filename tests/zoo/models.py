"""Larger models written out in NumPy: recurrent, attention, normalisation, convolution, mixtures."""

import numpy as np

from .case import Cases, draw
from .networks import DATA, LABELS, X, starting_weights, y

CASES = Cases()


class ThreeLayers:
    """A network whose weights are attributes, set before every run."""

    def __init__(self):
        self.W = [draw(3, 4, seed=282), draw(4, 1, seed=283)]

    def set_weights(self, *weights):
        self.W = list(weights)

    def forward(self, x):
        self.z = []
        for W in self.W:
            self.z.append(x @ W)
            x = self.sigmoid(self.z[-1])
        return x

    def cost(self, x, t):
        return 0.5 * np.sum((t - self.forward(x)) ** 2) / x.shape[0] + 5e-4 * np.sum(self.W[0] ** 2)

    @staticmethod
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))


def network_object(W1, W2):
    network = ThreeLayers()
    network.set_weights(W1, W2)
    return network.cost(X, y)


CASES.add(network_object, *starting_weights(3), features="class attribute-write staticmethod list-append")


def recurrent(Wx, Wh, b, inputs):
    h = np.zeros(3)
    states = []
    for t in range(5):
        h = np.tanh(inputs[t] @ Wx + h @ Wh + b)
        states.append(h)
    return np.sum(np.stack(states) ** 2) + states[-1][0]


CASES.add(
    recurrent,
    draw(2, 3, seed=284),
    draw(3, 3, seed=285),
    draw(3, seed=286),
    draw(5, 2, seed=287),
    wrt=(0, 1, 2),
    features="loop list-append stack tanh many-paths",
)


def long_short_term_memory(W, b, inputs):
    h, c = np.zeros(2), np.zeros(2)
    loss = 0.0
    for x in inputs:
        z = W @ np.array([x[0], x[1], h[0], h[1]]) + b
        i, f, o = 1 / (1 + np.exp(-z[:6].reshape(3, 2)))
        c = f * c + i * np.tanh(z[6:])
        h = o * np.tanh(c)
        loss = loss + np.sum((h - x) ** 2)
    return loss


CASES.add(
    long_short_term_memory,
    draw(8, 4, seed=288),
    draw(8, seed=289),
    draw(3, 2, seed=290),
    features="loop unpacking sigmoid tanh reshape array-of-values",
)


def attention(x, Wq, Wk, Wv):
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores = np.where(np.arange(4)[:, None] >= np.arange(4), scores, -1e9)
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    a = e / np.sum(e, axis=-1, keepdims=True)
    return np.sum((a @ v) ** 2)


CASES.add(
    attention,
    draw(4, 3, seed=291),
    draw(3, 2, seed=292),
    draw(3, 2, seed=293),
    draw(3, 2, seed=294),
    features="softmax where matmul transpose shape-read",
)


def several_heads(x, W):
    n, d = x.shape
    q, k, v = (x @ W).reshape(n, 3, 2, d // 2).transpose(1, 2, 0, 3)
    scores = q @ k.transpose(0, 2, 1)
    p = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    heads = (p @ v).transpose(1, 0, 2).reshape(n, d)
    return np.mean(heads**2)


CASES.add(
    several_heads,
    draw(3, 4, seed=295),
    draw(4, 12, seed=296, low=-0.5, high=0.5),
    features="softmax stack reshape transpose unpacking",
)


def batch_norm(x, gamma, beta):
    mu = np.mean(x, axis=0)
    var = np.mean((x - mu) ** 2, axis=0)
    xhat = (x - mu) / np.sqrt(var + 1e-5)
    out = gamma * xhat + beta
    return np.sum(out**3)


CASES.add(batch_norm, DATA, draw(3, seed=297), draw(3, seed=298), features="mean sqrt many-paths broadcast")


def layer_norm(x, gamma, beta, w):
    mu = x.mean(axis=-1, keepdims=True)
    sigma = np.sqrt(((x - mu) ** 2).mean(axis=-1, keepdims=True) + 1e-6)
    return np.sum((gamma * (x - mu) / sigma + beta) * w)


CASES.add(
    layer_norm,
    DATA,
    draw(3, seed=299),
    draw(3, seed=300),
    draw(6, 3, seed=301),
    features="mean keepdims sqrt many-paths broadcast idiom",
)


def convolutional(image, kernel, w):
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            out[i, j] = np.sum(image[i : i + 2, j : j + 2] * kernel)
    pooled = np.maximum(0, out).reshape(-1)
    return (pooled @ w) ** 2


CASES.add(
    convolutional,
    draw(4, 4, seed=302),
    draw(2, 2, seed=303),
    draw(9, seed=304),
    features="loop setitem slice maximum reshape",
    oracle="ridders",
)


def residual_block(x, W1, W2):
    h = x
    for W in (W1, W2, W1):
        h = h + np.maximum(0, h @ W)
    return np.sum(h * h) / h.size


CASES.add(
    residual_block,
    DATA,
    draw(3, 3, seed=305),
    draw(3, 3, seed=306),
    features="loop maximum many-paths shared-weights",
)


def dropout_with_a_fixed_mask(W1, W2):
    mask = (np.arange(4) % 2 == 0) / 0.5
    h = np.maximum(DATA @ W1, 0)
    h *= mask
    return np.mean(np.square(h @ W2 - DATA))


CASES.add(
    dropout_with_a_fixed_mask,
    draw(3, 4, seed=307),
    draw(4, 3, seed=308),
    features="maximum inplace square constants",
)


def gaussian_mixture(means, log_scales, logits):
    log_weights = logits - np.log(np.sum(np.exp(logits)))
    z = (DATA[:, None, 0] - means) / np.exp(log_scales)
    log_p = log_weights - log_scales - 0.5 * z**2
    m = np.max(log_p, axis=1)
    return -np.mean(m + np.log(np.sum(np.exp(log_p - m[:, None]), axis=1)))


CASES.add(
    gaussian_mixture,
    np.array([-1.0, 0.8]),
    np.array([-0.3, 0.1]),
    np.array([0.2, -0.4]),
    features="broadcast newaxis max log exp",
)


def variational_autoencoder(We, Wd):
    noise = np.sin(np.arange(12.0)).reshape(6, 2)
    code = DATA @ We
    mu, log_var = code[:, :2], code[:, 2:]
    z = mu + np.exp(0.5 * log_var) * noise
    fit = np.sum((np.tanh(z @ Wd) - DATA) ** 2)
    divergence = -0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var))
    return (fit + divergence) / 6


CASES.add(
    variational_autoencoder,
    draw(3, 4, seed=309),
    draw(2, 3, seed=310),
    features="slice exp tanh arange reshape",
)


def skip_gram(vectors, contexts, centre, positive, negatives):
    v = vectors[centre]
    loss = -np.log(1 / (1 + np.exp(-(contexts[positive] @ v))))
    for n in negatives:
        loss -= np.log(1 / (1 + np.exp(contexts[n] @ v)))
    return loss


CASES.add(
    skip_gram,
    draw(4, 3, seed=311),
    draw(4, 3, seed=312),
    1,
    2,
    np.array([0, 3, 3]),
    features="sigmoid log integer-argument integer-index scalar-rebinding",
)


def contrastive(a, b):
    a = a / np.sqrt(np.sum(a**2, axis=1, keepdims=True))
    b = b / np.sqrt(np.sum(b**2, axis=1, keepdims=True))
    logits = a @ b.T / 0.5
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -np.mean(log_p[range(3), range(3)])


CASES.add(
    contrastive,
    draw(3, 4, seed=313),
    draw(3, 4, seed=314),
    features="sqrt keepdims log integer-array transpose",
)


def radial_basis(centres, widths, w):
    squared = ((DATA[:, None, :] - centres[None]) ** 2).sum(-1)
    features = np.exp(-squared / (2 * widths**2))
    return np.sum((features @ w - LABELS) ** 2)


CASES.add(
    radial_basis,
    draw(2, 3, seed=315),
    np.array([0.9, 1.4]),
    draw(2, seed=316),
    features="broadcast newaxis exp sum negative-axis",
)


def single_precision_network(W1, W2):
    x = X.astype(np.float32)
    h = np.tanh(x @ W1)
    e = np.exp(h @ W2)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[:, 0]).mean()


CASES.add(
    single_precision_network,
    draw(3, 4, seed=317).astype(np.float32),
    draw(4, 2, seed=318).astype(np.float32),
    features="float32 softmax astype slice",
    dtype="float32",
)
