"""Programs over rows and sequences: embeddings, masks, joined states, sorting, sampling, series and polynomials."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

TABLE = draw(5, 3, seed=950)
ROWS = draw(4, 3, seed=951)
V = draw(6, seed=952)


def bag_of_words(table, words, out_weights):
    vectors = table[words]
    hidden = vectors.mean(axis=0)
    scores = out_weights @ hidden
    return np.log(np.sum(np.exp(scores))) - scores[2]


CASES.add(
    bag_of_words,
    TABLE,
    np.array([1, 4, 4, 0]),
    draw(5, 3, seed=953),
    wrt=(0, 2),
    features="integer-array repeated-indices",
)


def scattered_by_add_at(values, places):
    totals = np.zeros(4)
    np.add.at(totals, places, values**2)
    np.subtract.at(totals, [0, 0], values[:2])
    return np.sum(totals**2)


CASES.add(
    scattered_by_add_at, V, np.array([0, 2, 2, 3, 0, 2]), wrt=(0,), features="add-at repeated-indices", oracle="ridders"
)


def means_of_groups(values, groups):
    sums = np.bincount(groups, weights=values, minlength=4)
    counts = np.bincount(groups, minlength=4)
    means = sums[counts > 0] / counts[counts > 0]
    return np.sum((values - (sums / np.maximum(counts, 1))[groups]) ** 2) + means @ means


CASES.add(means_of_groups, V, np.array([0, 2, 2, 3, 0, 2]), wrt=(0,), features="bincount mask", oracle="ridders")


def with_positions(embedded):
    """Sines and cosines of every length, side by side."""
    n, d = embedded.shape
    angles = np.arange(n)[:, None] / 100 ** (np.arange(0, d, 2) / d)
    positions = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    return np.sum((embedded + positions) ** 2)


CASES.add(with_positions, draw(4, 6, seed=954), features="concatenate arange broadcast")


def recurrent_with_joined_state(W, b, inputs):
    h = np.zeros(3)
    for x in inputs:
        h = np.tanh(W @ np.concatenate([h, x]) + b)
    return np.sum(h**2)


CASES.add(
    recurrent_with_joined_state,
    draw(3, 5, seed=955),
    draw(3, seed=956),
    draw(4, 2, seed=957),
    features="concatenate loop",
)


def states_stacked(W, x):
    states = [x]
    for _ in range(3):
        states.append(np.tanh(states[-1] @ W))
    history = np.stack(states, axis=1)
    return np.sum(history[:, 1:] * history[:, :-1])


CASES.add(states_stacked, draw(3, 3, seed=958), draw(2, 3, seed=959), features="stack list-append loop")


def gates_split(x, W):
    z = x @ W
    i, f, o, g = np.split(z, 4, axis=1)
    c = np.tanh(g) / (1 + np.exp(-i)) + 0.5 / (1 + np.exp(-f))
    return np.sum(np.tanh(c) / (1 + np.exp(-o)))


CASES.add(gates_split, draw(2, 3, seed=960), draw(3, 8, seed=961), features="split matmul")


def masked_attention(Q, K, values):
    scores = Q @ K.T / np.sqrt(3)
    allowed = np.tril(np.ones((4, 4))) > 0
    scores = np.where(allowed, scores, -1e9)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = weights / weights.sum(axis=1, keepdims=True)
    return np.sum((weights @ values) ** 2)


CASES.add(
    masked_attention, ROWS, draw(4, 3, seed=962), draw(4, 3, seed=963), features="tril where max", oracle="ridders"
)


def attention_over_the_past(scores):
    weights = np.tril(np.exp(scores))
    weights = weights / weights.sum(axis=1, keepdims=True)
    return np.sum(weights**2) + np.sum(np.triu(scores, 1) * 0.1)


CASES.add(attention_over_the_past, draw(4, 4, seed=964), features="tril triu softmax")


def dropped_out(x, W):
    rng = np.random.default_rng(7)
    keep = rng.random((2, 5)) < 0.8
    hidden = np.maximum(x @ W, 0) * keep / 0.8
    return np.sum(hidden**2)


CASES.add(dropped_out, draw(2, 3, seed=965), draw(3, 5, seed=966), features="random mask", oracle="ridders")


def noisy_sample(mu, log_sigma):
    """The reparametrised draw of a variational autoencoder, and its divergence."""
    rng = np.random.RandomState(3)
    z = mu + np.exp(log_sigma) * rng.standard_normal(mu.shape)
    divergence = -0.5 * np.sum(1 + 2 * log_sigma - mu**2 - np.exp(2 * log_sigma))
    return np.sum(np.tanh(z) ** 2) + divergence


CASES.add(noisy_sample, draw(3, seed=967), draw(3, seed=968), features="random")


def shuffled_batches(x, w):
    rng = np.random.default_rng(0)
    order = rng.permutation(len(x))
    total = 0.0
    for start in range(0, 6, 2):
        total = total + np.tanh(x[order[start : start + 2]] @ w).sum() * (start + 1)
    return total


CASES.add(shuffled_batches, draw(6, 2, seed=969), draw(2, seed=970), features="random permutation slice")


def permuted_in_place(x):
    rng = np.random.default_rng(1)
    y = x.copy()
    rng.shuffle(y)
    picked = rng.choice(y, 3, replace=False)
    return np.sum(y * np.arange(6)) * picked[0] + np.sum(rng.permutation(x)[:2] ** 2)


CASES.add(permuted_in_place, V, features="random shuffle choice")


def permutation_importance(x, w):
    rng = np.random.default_rng(4)
    loss = np.mean((x @ w) ** 2)
    for j in range(3):
        other = x.copy()
        other[:, j] = rng.permutation(x[:, j])
        loss = loss + np.mean((other @ w) ** 2) / 3
    return loss


CASES.add(permutation_importance, ROWS, draw(3, seed=971), features="random permutation setitem")


def quantile_loss(predicted, observed):
    error = observed - predicted
    return np.mean(np.where(error > 0, 0.9 * error, -0.1 * error))


CASES.add(quantile_loss, V, draw(6, seed=972), features="where", oracle="ridders")


def trimmed_mean(x):
    ordered = np.sort(x)
    return np.mean(ordered[1:-1]) ** 2 + (ordered[-1] - ordered[0]) * np.median(np.arange(3.0))


CASES.add(trimmed_mean, V, features="sort slice")


def distance_of_sorted(x, y):
    """The Wasserstein distance of two samples on a line."""
    return np.mean((np.sort(x, axis=0) - np.sort(y, axis=0)) ** 2)


CASES.add(distance_of_sorted, draw(5, 2, seed=973), draw(5, 2, seed=974), features="sort axis")


def sorting_network(x):
    """Compare and exchange, by minimum and maximum."""
    a, b, c = x[0], x[1], x[2]
    a, b = np.minimum(a, b), np.maximum(a, b)
    b, c = np.minimum(b, c), np.maximum(b, c)
    a, b = np.minimum(a, b), np.maximum(a, b)
    return a + 2 * b**2 + 3 * c**3


CASES.add(sorting_network, V[:3], features="minimum maximum", oracle="ridders")


def top_entries(scores):
    best = np.argsort(scores, axis=1)[:, -2:]
    top = np.take_along_axis(scores, best, axis=1)
    return np.sum(top**2) + np.sum(np.partition(scores, 1, axis=1)[:, 0])


CASES.add(top_entries, draw(3, 5, seed=975), features="argsort take-along-axis partition")


def sparse_labels(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(shifted), axis=1))
    picked = np.take_along_axis(shifted, labels[:, None], axis=1)[:, 0]
    return np.mean(log_sum - picked)


CASES.add(sparse_labels, ROWS, np.array([0, 2, 1, 1]), wrt=(0,), features="take-along-axis max", oracle="ridders")


def labels_as_rows_of_the_identity(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return np.sum((p - np.eye(3)[labels]) ** 2)


CASES.add(labels_as_rows_of_the_identity, ROWS, np.array([0, 2, 1, 1]), wrt=(0,), features="eye integer-array")


def ranked_pairs(scores):
    i, j = np.triu_indices(len(scores), 1)
    return np.sum(np.log(1 + np.exp(scores[j] - scores[i])))


CASES.add(ranked_pairs, V, features="triu-indices integer-array")


def polynomial_by_vandermonde(c, x):
    powers = np.vander(x, 4)
    return np.sum((powers @ c - np.sin(2 * x)) ** 2)


CASES.add(polynomial_by_vandermonde, draw(4, seed=976), draw(5, seed=977), features="vander matmul")


def polynomial_by_columns(c, x):
    X = np.column_stack([np.ones(5), x, x**2])
    residual = X @ c - np.exp(x)
    return residual @ residual / 5


CASES.add(polynomial_by_columns, draw(3, seed=978), draw(5, seed=979), features="column-stack")


def autoregressive(x, a):
    lagged = np.column_stack([x[2:-1], x[1:-2], x[:-3]])
    return np.mean((x[3:] - lagged @ a) ** 2)


CASES.add(autoregressive, V, draw(3, seed=980), features="column-stack slice")


def with_a_bias_column(x, w):
    X = np.hstack([x, np.ones((len(x), 1))])
    return np.sum(np.tanh(X @ w)) + np.sum(np.c_[x, x**2] ** 2) + np.sum(np.r_[0.0, x[0], 1:3])


CASES.add(with_a_bias_column, ROWS, draw(4, seed=981), features="hstack r_ c_")


def in_blocks(A, b):
    M = np.block([[A @ A.T, b[:, None]], [b, np.zeros(1)]])
    return np.sum(M**2 * np.arange(16.0).reshape(4, 4))


CASES.add(in_blocks, draw(3, 2, seed=982), draw(3, seed=983), features="block matmul")


def parameters_from_one_vector(theta, x):
    """All weights in one vector, as optimisers want it."""
    W, b, v = np.split(theta, [6, 9])
    hidden = np.tanh(x @ W.reshape(2, 3) + b)
    return np.sum((hidden @ v) ** 2)


CASES.add(parameters_from_one_vector, draw(12, seed=984), draw(4, 2, seed=985), features="split reshape")


def gradient_into_one_vector(W, b):
    theta = np.concatenate([W.ravel(), b.ravel(), [1.0]])
    return np.sum(theta**2 * np.arange(theta.size))


CASES.add(gradient_into_one_vector, draw(2, 3, seed=986), draw(3, seed=987), features="concatenate ravel")


def piecewise_by_select(x):
    y = np.select([x < -0.5, x < 0.5], [-x - 0.375, x**2 / 2], default=x - 0.125)
    z = np.piecewise(x, [x < 0, x >= 0], [lambda t: -(t**2), lambda t: t**3])
    return np.sum(y**2) + np.sum(z * y)


CASES.add(piecewise_by_select, V, features="select piecewise", oracle="ridders")


def chosen_branch(x, which):
    return np.sum(np.choose(which, [x, x**2, np.sin(x)]) * np.arange(6.0))


CASES.add(chosen_branch, V, np.array([0, 1, 2, 2, 1, 0]), wrt=(0,), features="choose")


def resampled(values, times):
    knots = np.linspace(0.0, 1.0, 6)
    return np.sum(np.interp(times, knots, values) ** 2)


CASES.add(resampled, V, draw(5, seed=988, low=-0.1, high=1.1), features="interp linspace", oracle="ridders")


def integrated_between(a, b):
    x = np.linspace(a, b, 9)
    y = np.exp(-(x**2))
    return np.sum((y[1:] + y[:-1]) * (x[1:] - x[:-1]) / 2)


CASES.add(integrated_between, -0.3, 1.4, features="linspace watched-ends", oracle="ridders")


def gaussian_on_a_mesh(centre, width):
    X, Y = np.meshgrid(np.linspace(-1, 1, 4), np.linspace(-1, 1, 3))
    return np.sum(np.exp(-((X - centre[0]) ** 2 + (Y - centre[1]) ** 2) / width**2) * X)


CASES.add(gaussian_on_a_mesh, draw(2, seed=989), 0.8, features="meshgrid")


def pairwise_on_a_mesh(x, y):
    X, Y = np.meshgrid(x, y, indexing="ij")
    return np.sum(np.exp(-((X - Y) ** 2)))


CASES.add(pairwise_on_a_mesh, draw(3, seed=990), draw(4, seed=991), features="meshgrid watched")


def diagonals(A, v):
    return np.sum(np.diag(A) * v[:3]) + np.sum((np.diag(v[:2], 1) @ A) ** 2) + np.sum(np.diagonal(A, 1) ** 3)


CASES.add(diagonals, draw(3, 3, seed=992), V, features="diag diagonal")


def toeplitz(first, x):
    """A matrix whose diagonals are constant, by windows over the mirrored first row."""
    row = np.concatenate([first[:0:-1], first])
    T = np.lib.stride_tricks.sliding_window_view(row, len(first))[::-1]
    return np.sum((T @ x) ** 2)


CASES.add(toeplitz, draw(4, seed=993), draw(4, seed=994), features="sliding-windows concatenate flip")


def inserted_and_deleted(x):
    longer = np.insert(x, 2, x[0] ** 2)
    shorter = np.delete(longer, [0, -1])
    return np.sum(shorter * np.arange(5.0)) + np.sum(np.append(x, [1.0, x[3]]) ** 2)


CASES.add(inserted_and_deleted, V, features="insert delete append")


def by_vectorize(x):
    soft = np.vectorize(lambda t, k: t * t if t > 0 else k * t)
    return np.sum(soft(x, 0.1))


CASES.add(by_vectorize, V, features="vectorize", oracle="ridders")


def along_each_row(A):
    normed = np.apply_along_axis(lambda row: row / np.sqrt(row @ row), 1, A)
    return np.sum(normed * np.arange(12.0).reshape(4, 3))


CASES.add(along_each_row, ROWS, features="apply-along-axis")


def joined_in_single_precision(x, h):
    joined = np.concatenate([x, np.sort(h), np.roll(x, 1)])
    return np.sum(np.tanh(np.pad(joined, 1)) ** 2) + np.sum(np.repeat(h, 2) * np.tile(h, 2))


CASES.add(
    joined_in_single_precision,
    V.astype(np.float32),
    draw(3, seed=995).astype(np.float32),
    features="float32 concatenate sort roll pad",
    dtype="float32",
)


def cut_to_whole_numbers(x):
    """What a cast to whole numbers cuts off is flat; what it leaves is a constant."""
    steps = (4 * x).astype(int)
    table = np.array([x[0], 2 * x[1], x[2] ** 2], dtype=float)
    return np.sum(steps * x) + np.sum(table[steps % 3] * np.float64(x[3]))


CASES.add(cut_to_whole_numbers, V, features="cast integer-array", oracle="ridders")
