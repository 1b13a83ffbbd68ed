"""Functions beyond arithmetic: trigonometry, powers, bounds, math's and SciPy's; and the programs they are used in."""

import math

import numpy as np
from scipy import special
from scipy.special import expit, gammaln, logsumexp

from .case import Cases, draw

CASES = Cases()

V = draw(5, seed=301)
W = draw(5, seed=302)
POSITIVE = draw(5, seed=303, low=0.3, high=2.0)
INSIDE = draw(5, seed=304, low=-0.9, high=0.9)
M = draw(3, 4, seed=305)
N = draw(3, 4, seed=306)
COUNTS = np.array([0.0, 3.0, 1.0, 4.0, 2.0])
CLASSES = np.array([1, 3, 0])
ONE_HOT = np.eye(4)[CLASSES]
YES = np.array([1.0, 0.0, 1.0, 1.0, 0.0])


def angles(x):
    return np.sum(np.tan(x / 2) + np.arctan(x) * np.sin(x) + np.deg2rad(x) * np.degrees(x))


CASES.add(angles, V, features="tan arctan deg2rad", oracle="ridders")


def angles_and_back(x):
    return np.sum(np.arcsin(x) * np.arccos(x) + np.arctanh(x) - np.acos(x / 2) * np.asin(x / 2))


CASES.add(angles_and_back, INSIDE, features="arcsin arccos arctanh numpy-2-names")


def hyperbolas(x):
    return np.sum(np.sinh(x) / np.cosh(x) + np.arcsinh(x) * np.arccosh(2 + x**2))


CASES.add(hyperbolas, V, features="sinh cosh arcsinh arccosh")


def directions_of_points(P):
    turn = np.arctan2(P[:, 1], P[:, 0])
    return np.sum(turn**2 * np.hypot(P[:, 0], P[:, 1]))


CASES.add(directions_of_points, draw(4, 2, seed=307, low=0.2, high=1.5), features="arctan2 hypot", oracle="ridders")


def other_bases(x):
    return np.sum(np.exp2(x) * np.log2(x) - np.log10(x) + np.cbrt(x) + np.float_power(x, 1.5))


CASES.add(other_bases, POSITIVE, features="exp2 log2 log10 cbrt float_power", oracle="ridders")


def sums_of_exponentials(x, y):
    return np.sum(np.logaddexp(x, y) * x + np.logaddexp2(x, 0.5))


CASES.add(sums_of_exponentials, M, N[0], features="logaddexp broadcast", oracle="ridders")


def interference(x):
    return np.sum(np.sinc(x) ** 2 * np.cos(x))


CASES.add(interference, np.array([-1.3, 0.0, 1e-3, 0.4, 2.2]), features="sinc", oracle="ridders")


def within_bounds(x, low, high):
    return np.sum(np.clip(x, low, high) ** 2 + x.clip(-0.5, 0.8) * np.clip(x, None, 0.3) * np.clip(x, min=0.1))


CASES.add(within_bounds, V, -0.7, np.full(5, 0.9), features="clip", oracle="ridders")


def with_the_sign_of_another(x, y):
    return np.sum(np.copysign(x, y) * x + np.fmax(x, y) * np.fmin(x, 0.2) + np.fabs(y) + np.heaviside(y, 0.5) * y)


CASES.add(with_the_sign_of_another, V, W, features="copysign fmax fmin fabs heaviside", oracle="ridders")


def parts_of_numbers(x):
    behind, before = np.modf(x * 3)
    quotient, rest = np.divmod(x, 0.7)
    mantissa, power = np.frexp(x)
    return np.sum(behind * x + before * x + rest * quotient + np.fmod(x, 0.9) + mantissa * x + np.ldexp(x, power))


CASES.add(parts_of_numbers, POSITIVE + 0.013, features="modf divmod frexp ldexp fmod", oracle="ridders")


def holes_are_filled(x):
    gaps = np.array([0.0, np.nan, 0.0, np.inf, 0.0])
    return np.sum(np.nan_to_num(x + gaps, nan=0.5, posinf=2.0, neginf=-2.0) ** 2)


CASES.add(holes_are_filled, POSITIVE, features="nan_to_num", oracle="ridders")


def rounded_away(x):
    return np.sum(x * np.round(x, 1) + np.floor(x) * x - np.trunc(x) * np.rint(x) * x + np.fix(x))


CASES.add(rounded_away, V + 0.003, features="round floor trunc", oracle="ridders")


def powers_of_every_kind(x, n):
    return np.sum(x**2 + x**0 - x**-1 + np.power(x, n) + 2**x + pow(x, 3) + x**n * n)


CASES.add(powers_of_every_kind, POSITIVE, draw(5, seed=308), features="power")


def powers_at_zero(x):
    whole = np.array([0, 1, 2, 3, 2])
    return np.sum(x**whole + x**2 - x**1 + np.power(x, 2.0))


CASES.add(powers_at_zero, np.array([0.0, 0.0, 0.0, -1.0, 2.0]), features="power zero", oracle="ridders")


def power_in_place(x):
    y = x * 2
    y **= 2
    y -= np.square(x)
    return y.sum()


CASES.add(power_in_place, V, features="power inplace")


def numbers_by_math(x, y):
    return (
        math.tan(x) * math.atan2(y, x)
        + math.hypot(x, y, 2.0)
        + math.log2(y) * math.log10(y)
        + math.cosh(x) / math.cbrt(y)
        + math.erf(x) * math.lgamma(y)
        + math.fsum([x, y, x * y])
        + math.dist((x, y), (0.5, 2.0))
        + math.degrees(x) * math.radians(y)
        + math.exp2(x) ** math.asin(x)
        + math.copysign(x, -y)
    )


CASES.add(numbers_by_math, 0.4, 1.3, features="math python-float", oracle="ridders")


def parts_by_math(x, y):
    mantissa, power = math.frexp(x)
    behind, before = math.modf(x)
    total = math.prod([x, y, power]) + mantissa * behind * before
    return total + math.remainder(x, 0.8 + y) * round(y, 1) + math.ldexp(y, 3) * math.fmod(x, y)


CASES.add(parts_by_math, 2.3, 0.91, features="math python-float", oracle="ridders")


def methods_of_ufuncs(x, y):
    table = np.add.outer(x, y) * np.multiply.outer(x, y) + np.arctan2.outer(x, y)
    return np.sum(np.maximum.reduce(table) * y) + np.add.reduce(table, axis=1) @ x


CASES.add(
    methods_of_ufuncs, draw(3, seed=324), draw(4, seed=325), features="ufunc-methods outer reduce", oracle="ridders"
)


def lists_of_numbers(a, b):
    return np.sum(np.tan([a, b]) * np.exp([a * b, 1.0]))


CASES.add(lists_of_numbers, 0.4, 1.1, features="list-argument tan")


# Of SciPy


def chances(x):
    p = expit(x)
    return np.sum(special.logit(p * 0.9) + special.log_expit(-x) * p + special.ndtr(x) * special.log_ndtr(x))


CASES.add(chances, V, features="scipy expit logit ndtr", oracle="ridders")


def errors_of_gauss(x):
    return np.sum(special.erf(x) * special.erfc(x / 2) + special.erfinv(x / 3) + special.ndtri(0.5 + x / 4))


CASES.add(errors_of_gauss, V, features="scipy erf erfc erfinv ndtri", oracle="ridders")


def informations(p, q):
    return np.sum(special.xlogy(p, q) + special.entr(p) + special.rel_entr(p, q) - special.kl_div(q, p))


CASES.add(informations, POSITIVE, POSITIVE[::-1], features="scipy xlogy entr", oracle="ridders")


def no_labels_no_loss(q):
    return -np.sum(special.xlogy(YES, q) + special.xlog1py(1 - YES, -q))


CASES.add(no_labels_no_loss, draw(5, seed=309, low=0.1, high=0.9), features="scipy xlogy xlog1py", oracle="ridders")


def factorials(x):
    return np.sum(gammaln(x) * special.digamma(x) + special.gamma(x) - special.betaln(x, 2 * x))


CASES.add(factorials, POSITIVE, features="scipy gamma", oracle="ridders")


def bessel_functions(x):
    return np.sum(special.i0(x) * np.i0(x) + special.i1(x) + special.j0(x) * special.jv(2, x))


CASES.add(bessel_functions, V, features="scipy bessel", oracle="ridders")


def softmax_of_scipy(Z):
    p = special.softmax(Z, axis=1)
    return np.sum(p * p * N) + np.sum(special.log_softmax(Z, axis=0) * N) + special.logsumexp(Z)


CASES.add(softmax_of_scipy, M, features="scipy softmax log_softmax logsumexp", oracle="ridders")


def logsumexps(Z, b):
    kept = logsumexp(Z, axis=-1, keepdims=True)
    return np.sum(Z * kept) + np.sum(logsumexp(Z, axis=0, b=b))


CASES.add(logsumexps, M, draw(3, 4, seed=310, low=0.2, high=2.0), features="scipy logsumexp", oracle="ridders")


# Programs


def gelu_network(W1, b1, W2):
    h = N @ W1 + b1
    h = 0.5 * h * (1 + special.erf(h / np.sqrt(2)))
    return np.mean((h @ W2 - YES[:3, None]) ** 2)


CASES.add(
    gelu_network, draw(4, 5, seed=311), draw(5, seed=312), draw(5, 1, seed=313), features="scipy erf gelu network"
)


def focal_loss(z):
    p = 1 / (1 + np.exp(-z))
    right = np.where(YES == 1, p, 1 - p)
    return -np.mean((1 - right) ** 2 * np.log(right))


CASES.add(focal_loss, V, features="sigmoid where log")


def huber_loss(w):
    r = N @ w - np.array([0.3, -2.0, 1.0])
    return special.huber(0.7, r).sum() + np.sum(special.pseudo_huber(1.2, r))


CASES.add(huber_loss, draw(4, seed=314), features="scipy huber", oracle="ridders")


def log_cosh_loss(w):
    return np.mean(np.log(np.cosh(N @ w - 0.5)))


CASES.add(log_cosh_loss, draw(4, seed=315), features="log-cosh idiom")


def mixture_of_gaussians(logits, mu, log_sigma):
    x = np.array([-1.0, 0.2, 0.9, 1.7])
    z = (x[:, None] - mu) / np.exp(log_sigma)
    log_density = -0.5 * z**2 - log_sigma - 0.5 * np.log(2 * np.pi)
    log_weights = logits - logsumexp(logits)
    return -np.mean(logsumexp(log_weights + log_density, axis=1))


CASES.add(
    mixture_of_gaussians,
    draw(3, seed=316),
    draw(3, seed=317),
    draw(3, seed=318),
    features="scipy logsumexp",
    oracle="ridders",
)


def poisson_likelihood(w):
    rate = np.exp(np.vander(POSITIVE, 3) @ w)
    return -np.sum(COUNTS * np.log(rate) - rate - gammaln(COUNTS + 1))


CASES.add(poisson_likelihood, draw(3, seed=319, low=-0.3, high=0.3), features="scipy gammaln")


def negative_binomial_likelihood(mu, r):
    return -np.sum(
        gammaln(COUNTS + r)
        - gammaln(r)
        - gammaln(COUNTS + 1)
        + r * np.log(r / (r + mu))
        + COUNTS * np.log(mu / (r + mu))
    )


CASES.add(negative_binomial_likelihood, POSITIVE, 1.7, features="scipy gammaln", oracle="ridders")


def von_mises_likelihood(mu, kappa):
    return -np.sum(kappa * np.cos(V - mu) - np.log(2 * np.pi * special.i0(kappa)))


CASES.add(von_mises_likelihood, 0.3, 1.9, features="scipy i0 cos", oracle="ridders")


def haversine(a, b):
    half = (np.radians(b) - np.radians(a)) / 2
    h = np.sin(half[0]) ** 2 + np.cos(np.radians(a[0])) * np.cos(np.radians(b[0])) * np.sin(half[1]) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(h))


CASES.add(haversine, np.array([52.5, 13.4]), np.array([48.9, 2.35]), features="arcsin radians sin", oracle="ridders")


def pendulum_energy(angle, speed):
    return 0.5 * np.sum(speed**2) + 9.81 * np.sum(1 - np.cos(angle)) + np.sum(special.cosm1(angle))


CASES.add(pendulum_energy, V, W, features="cos scipy cosm1", oracle="ridders")


def kepler(e, mean_anomaly):
    E = mean_anomaly
    for _ in range(6):
        E = E - (E - e * math.sin(E) - mean_anomaly) / (1 - e * math.cos(E))
    return 2 * math.atan2(math.sqrt(1 + e) * math.sin(E / 2), math.sqrt(1 - e) * math.cos(E / 2))


CASES.add(kepler, 0.3, 1.1, features="math loop newton", oracle="ridders")


def logits_of_classes(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(3), CLASSES])


CASES.add(logits_of_classes, M, features="log-softmax idiom", oracle="ridders")


def logits_and_one_hot(Z):
    return np.mean(logsumexp(Z, axis=1) - np.sum(Z * ONE_HOT, axis=1))


CASES.add(logits_and_one_hot, M, features="scipy logsumexp", oracle="ridders")


def logits_of_yes_and_no(z):
    return np.mean(np.maximum(z, 0) - z * YES + np.log1p(np.exp(-np.abs(z))))


CASES.add(logits_of_yes_and_no, V, features="cross-entropy idiom", oracle="ridders")


def smooth_gates(x):
    swish = x * expit(x)
    return np.sum(swish * np.log1p(np.exp(x)) + np.where(x > 0, x, np.expm1(x)) * np.tanh(np.logaddexp(0, x)))


CASES.add(smooth_gates, V, features="swish softplus elu mish idiom", oracle="ridders")


def layer_norm_by_hand(x, gamma, beta):
    mu = np.mean(x, axis=-1, keepdims=True)
    var = np.mean((x - mu) ** 2, axis=-1, keepdims=True)
    return np.sum((gamma * (x - mu) / np.sqrt(var + 1e-5) + beta) ** 3)


CASES.add(layer_norm_by_hand, M, draw(4, seed=320), draw(4, seed=321), features="layer-norm idiom")


def batch_norm_by_hand(x, gamma, beta):
    mu = x.mean(axis=0)
    centred = x - mu
    deviation = np.sqrt(np.mean(centred * centred, axis=0) + 1e-5)
    return np.sum(np.tanh(gamma * (centred / deviation) + beta) * N)


CASES.add(batch_norm_by_hand, M, draw(4, seed=322), draw(4, seed=323), features="batch-norm idiom")


def single_functions(x):
    y = np.tan(x / 2) + np.arctan2(x, 2) + np.hypot(x, 1) + np.exp2(x) + np.sinc(x) + np.clip(x, -0.5, 0.5)
    return np.sum(y * np.logaddexp(x, 0.3) + np.float32(2) ** x + x**2)


CASES.add(single_functions, V.astype(np.float32), features="float32", dtype="float32", oracle="ridders")


def single_special(x):
    p = special.softmax(x)
    return np.sum(expit(x) * special.erf(x) + special.entr(p)) + logsumexp(x) + np.sum(special.i0(x))


CASES.add(single_special, V.astype(np.float32), features="float32 scipy", dtype="float32", oracle="ridders")


def single_norm(x):
    d = x - x.mean(axis=1, keepdims=True)
    return np.sum((d / np.sqrt(np.mean(d**2, axis=1, keepdims=True) + 1e-5)) ** 3)


CASES.add(single_norm, M.astype(np.float32), features="float32 layer-norm idiom", dtype="float32")
