"""Spreads, products, running sums, order statistics, differences and integrals."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

M = draw(4, 3, seed=940)
SIX = draw(6, seed=941)
FOUR = draw(4, seed=942)
HOLES = np.where(draw(4, 3, seed=943) > 0.7, np.nan, M)


def batch_norm_by_var(X, gamma, beta):
    normed = (X - X.mean(axis=0)) / np.sqrt(np.var(X, axis=0) + 1e-5)
    return np.sum((gamma * normed + beta) ** 3)


CASES.add(batch_norm_by_var, M, draw(3, seed=944), draw(3, seed=945), oracle="ridders", features="var axis mean")


def layer_norm_by_std(X, gain):
    mu, sigma = np.mean(X, axis=-1, keepdims=True), np.std(X, axis=-1, keepdims=True)
    return np.sum(np.tanh(gain * (X - mu) / sigma))


CASES.add(layer_norm_by_std, M, draw(3, seed=946), oracle="ridders", features="std keepdims tuple-assignment")


def spreads_of_samples(x, X):
    return x.var(ddof=1) * x.std() + np.sum(X.var(0) * np.std(X, axis=0, ddof=1)) + np.var(X, correction=1)


CASES.add(spreads_of_samples, SIX, M, oracle="ridders", features="var std ddof method correction")


def variance_about_a_known_mean(X):
    mu = X.mean(axis=0, keepdims=True)
    return np.sum(np.var(X, axis=0, mean=mu) ** 2) + np.std(X, mean=np.zeros((1, 1)))


CASES.add(variance_about_a_known_mean, M, oracle="ridders", features="var std mean")


def sharpe_ratio(returns):
    return np.mean(returns) / np.std(returns, ddof=1) * np.sqrt(252)


CASES.add(sharpe_ratio, SIX, oracle="ridders", features="mean std ddof")


def likelihood_as_a_product(p):
    return np.log(np.prod(1 / (1 + np.exp(-p)))) + np.prod(p.reshape(2, 3), axis=1) @ np.array([1.0, -1.0])


CASES.add(likelihood_as_a_product, SIX, features="prod axis log sigmoid")


def products_with_zeros(x):
    one_zero, two_zeros = x * np.array([1.0, 0.0, 1.0, 1.0]), x * np.array([0.0, 1.0, 0.0, 1.0])
    return np.prod(one_zero + x[1] * 0) + np.prod(two_zeros) + np.prod(x - x[2]) + np.sum(np.cumprod(x - x[1]))


CASES.add(products_with_zeros, FOUR, features="prod cumprod zero")


def survival(hazards):
    alive = np.cumprod(1 - hazards)
    return np.sum(alive) + np.sum(np.cumprod(np.outer(hazards, hazards), axis=1))


CASES.add(survival, draw(5, seed=947, low=0.1, high=0.9), features="cumprod outer axis")


def alpha_compositing(density, colour):
    alpha = 1 - np.exp(-np.exp(density))
    through = np.concatenate([np.ones(1), np.cumprod(1 - alpha)[:-1]])
    return np.sum(through * alpha * colour)


CASES.add(alpha_compositing, FOUR, draw(4, seed=948), features="cumprod concatenate exp")


def average_by_running_sums(x, target):
    total = np.cumsum(np.concatenate([[0.0], x]))
    average = (total[3:] - total[:-3]) / 3
    return np.sum((average - target) ** 2)


CASES.add(average_by_running_sums, SIX, FOUR, features="cumsum slice concatenate")


def running_sums(X):
    return (
        np.sum(X.cumsum(axis=0) ** 2) + np.cumsum(X, axis=-1)[1, 2] * X.cumsum()[5] + np.sum(np.add.accumulate(X) ** 3)
    )


CASES.add(running_sums, M, features="cumsum axis method accumulate")


def concordance(x, y):
    a, b = x - x.mean(), y - y.mean()
    return 2 * np.mean(a * b) / (np.var(x) + np.var(y) + (x.mean() - y.mean()) ** 2)


CASES.add(concordance, SIX, SIX[::-1] + 0.3, oracle="ridders", features="var mean many-paths")


def weighted_averages(x, w, X):
    average, total = np.average(X, axis=0, weights=w, returned=True)
    return np.average(x, weights=w**2) + np.sum(average * total) + np.average(X)


CASES.add(weighted_averages, FOUR, draw(4, seed=949, low=0.3), M, features="average weights unpacking")


def range_and_median(x, X):
    return np.ptp(x) * np.median(x) + np.sum(np.median(X, axis=1) ** 2) + np.median(X) + np.sum(np.ptp(X, axis=0))


CASES.add(range_and_median, SIX, M, oracle="ridders", features="ptp median axis")


def quantiles(x, X):
    return np.quantile(x, 0.3) ** 2 + np.sum(np.percentile(X, [10, 75], axis=0)) + np.percentile(x, 50)


CASES.add(quantiles, SIX, M, oracle="ridders", features="quantile percentile")


def pinball_loss(x, y):
    q = np.quantile(x, 0.9)
    return np.mean(np.maximum(0.9 * (y - q), -0.1 * (y - q)))


CASES.add(pinball_loss, SIX, draw(6, seed=950), oracle="ridders", features="quantile maximum")


def roughness_of_samples(x, X):
    return np.sum(np.diff(x) ** 2) + np.sum(np.diff(X, axis=0, prepend=0.0) ** 2) + np.sum(np.diff(x, n=2) ** 3)


CASES.add(roughness_of_samples, SIX, M, features="diff axis prepend")


def curvature_of_samples(x):
    return np.sum(np.ediff1d(x, to_end=x[0]) ** 2) + np.sum(np.gradient(np.gradient(x, 0.5), 0.5) ** 2)


CASES.add(curvature_of_samples, SIX, features="ediff1d gradient")


def slope_of_a_field(F):
    along_rows, along_columns = np.gradient(F, edge_order=2)
    return np.sum(along_rows**2 + along_columns**2)


CASES.add(slope_of_a_field, M, features="gradient edge_order unpacking")


def work_along_a_path(F, x):
    return np.trapezoid(F, x) + np.trapezoid(F**2, dx=0.1)


CASES.add(work_along_a_path, SIX, np.linspace(0.0, 1.0, 6) ** 2, features="trapezoid")


def holes_of_a_constant(X):
    holed = np.where(np.isnan(HOLES), np.nan, X)
    return (
        np.nansum(holed**2)
        + np.sum(np.nanmean(holed, axis=1))
        + np.nanvar(holed)
        + np.nanstd(holed, axis=1)[0]
        + np.nanmax(holed)
    )


CASES.add(holes_of_a_constant, M, oracle="ridders", features="nansum nanmean nanvar nanstd where")


def masked_reductions(X):
    wet = X > 0
    return (
        np.sum(X**2, where=wet)
        + np.mean(X, where=wet)
        + np.sum(np.max(X, axis=0, initial=-5.0, where=wet))
        + np.sum(X, initial=2.0)
        + np.prod(X, axis=1, where=wet) @ np.ones(4)
    )


CASES.add(masked_reductions, M, oracle="ridders", features="sum mean max prod where initial")


def reductions_of_ufuncs(X):
    return np.sum(np.add.reduce(X) * np.multiply.reduce(X, axis=0)) + np.sum(np.maximum.reduce(X, axis=1) ** 2)


CASES.add(reductions_of_ufuncs, M, oracle="ridders", features="reduce add multiply maximum")


def cumulative_names(x):
    return np.sum(np.cumulative_sum(x, include_initial=True) ** 2) + np.sum(np.cumulative_prod(x))


if hasattr(np, "cumulative_sum"):
    CASES.add(cumulative_names, SIX, features="cumulative_sum cumulative_prod")


def best_of_several(X, x):
    best = np.argmax(X, axis=1)
    return X[np.arange(4), best] @ x + x[np.argmin(x)] + x.argmax() * x.sum()


CASES.add(best_of_several, M, FOUR, oracle="ridders", features="argmax argmin fancy-index")


def single_precision_spread(X):
    return np.sum(np.var(X, axis=0)) + X.std() + np.prod(X[0]) + np.cumsum(X)[4]


CASES.add(
    single_precision_spread, M.astype(np.float32), oracle="ridders", features="float32 var std prod", dtype="float32"
)
