"""Programs over grids: convolutions, pooling, patches, stencils, shifts and borders, as people write them."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .case import Cases, draw

CASES = Cases()

IMAGE = draw(6, 7, seed=900)
KERNEL = draw(3, 3, seed=901)


def convolution_by_windows(image, kernel):
    windows = sliding_window_view(image, kernel.shape)
    return np.sum(np.tanh(np.sum(windows * kernel, axis=(2, 3))) ** 2)


CASES.add(convolution_by_windows, IMAGE, KERNEL, features="sliding-windows axis-tuple")


def convolution_by_columns(image, kernels):
    """im2col: every window becomes a row, and all kernels are one product."""
    windows = sliding_window_view(image, (3, 3))
    columns = windows.reshape(-1, 9)
    maps = columns @ kernels.reshape(len(kernels), 9).T
    return np.sum(np.maximum(maps, 0) ** 2)


CASES.add(
    convolution_by_columns, IMAGE, draw(2, 3, 3, seed=902), features="sliding-windows reshape matmul", oracle="ridders"
)


def convolution_with_a_border(image, kernel):
    padded = np.pad(image, 1)
    out = np.zeros(image.shape)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            out[i, j] = np.sum(padded[i : i + 3, j : j + 3] * kernel)
    return np.mean(out**2)


CASES.add(convolution_with_a_border, IMAGE[:3, :4], KERNEL, features="pad loop setitem", oracle="ridders")


def convolution_by_shifts(image, kernel):
    padded = np.pad(image, ((1, 1), (1, 1)), mode="edge")
    out = 0.0
    for i in range(3):
        for j in range(3):
            out = out + kernel[i, j] * padded[i : i + image.shape[0], j : j + image.shape[1]]
    return np.sum(out**2)


CASES.add(convolution_by_shifts, IMAGE[:4, :4], KERNEL, features="pad-edge slice loop")


def moving_windows_of_a_signal(signal, weights):
    windows = sliding_window_view(signal, len(weights))[::2]
    return np.sum((windows @ weights) ** 3)


CASES.add(moving_windows_of_a_signal, draw(9, seed=903), draw(3, seed=904), features="sliding-windows slice")


def windows_follow_a_write(x):
    y = x.copy()
    windows = sliding_window_view(y, 3)
    y[2] = x[0] ** 2
    return np.sum(windows**2 * np.arange(12.0).reshape(4, 3))


CASES.add(windows_follow_a_write, draw(6, seed=905), features="sliding-windows view-write")


def pooled_by_reshape(image):
    blocks = image[:6, :6].reshape(3, 2, 3, 2)
    return np.sum(blocks.max(axis=(1, 3)) ** 2) + np.sum(blocks.mean(axis=(1, 3)))


CASES.add(pooled_by_reshape, IMAGE, features="reshape max axis-tuple", oracle="ridders")


def pooled_by_loops(image):
    pooled = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            pooled[i, j] = np.max(image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
    return np.sum(pooled**2)


CASES.add(pooled_by_loops, IMAGE, features="loop max setitem empty-buffer", oracle="ridders")


def pooled_by_windows(image):
    return np.sum(sliding_window_view(image, (2, 2))[::2, ::2].max(axis=(-2, -1)) ** 3)


CASES.add(pooled_by_windows, IMAGE, features="sliding-windows max", oracle="ridders")


def upsampled(image):
    big = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)
    return np.sum(big[1:] * big[:-1])


CASES.add(upsampled, IMAGE[:2, :3], features="repeat slice")


def patches_as_tokens(image, projection):
    """A picture of 6 × 6 as nine patches of 2 × 2, each projected."""
    patches = image[:, :6].reshape(3, 2, 3, 2).transpose(0, 2, 1, 3).reshape(9, 4)
    return np.sum(np.tanh(patches @ projection))


CASES.add(patches_as_tokens, IMAGE, draw(4, 3, seed=906), features="reshape transpose matmul")


def diffusion_by_roll(u):
    for _ in range(3):
        around = np.roll(u, 1, axis=0) + np.roll(u, -1, axis=0) + np.roll(u, 1, axis=1) + np.roll(u, -1, axis=1)
        u = u + 0.1 * (around - 4 * u)
    return np.sum(u**2)


CASES.add(diffusion_by_roll, IMAGE[:4, :4], features="roll loop many-paths")


def diffusion_by_slices(u):
    for _ in range(3):
        u = np.pad(u, 1, mode="reflect")
        u = u[1:-1, 1:-1] + 0.2 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1])
    return u[1, 1] * u[2, 3] + np.mean(u**2)


CASES.add(diffusion_by_slices, IMAGE[:3, :4], features="pad-reflect slice loop")


def wave_on_a_ring(u, speed):
    now, before = u, u
    for _ in range(4):
        now, before = 2 * now - before + speed * (np.roll(now, 1) - 2 * now + np.roll(now, -1)), now
    return np.sum(now**3)


CASES.add(wave_on_a_ring, draw(6, seed=907), 0.3, features="roll loop tuple-assignment")


def neighbours_of_life(alive):
    count = sum(np.roll(alive, (i, j), axis=(0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0))
    born = 1 / (1 + np.exp(-8 * (count - 2.5)))
    return np.sum(born * (1 - born) + 0.1 * count**2)


CASES.add(neighbours_of_life, draw(4, 5, seed=908, low=0, high=1), features="roll axis-tuple builtin-sum")


def augmented(image):
    """The image, flipped, mirrored, turned and shifted, all in one batch."""
    square = image[:4, :4]
    batch = np.stack([square, np.flipud(square), np.fliplr(square), np.rot90(square), np.roll(square, 1, axis=1)])
    return np.sum(batch.mean(axis=0) ** 2) + np.sum(batch[1] * batch[3])


CASES.add(augmented, IMAGE, features="stack flip rot90 roll")


def total_variation(image):
    down = np.pad(image[1:] - image[:-1], ((0, 1), (0, 0)))
    right = np.pad(image[:, 1:] - image[:, :-1], ((0, 0), (0, 1)))
    return np.sum(np.sqrt(down**2 + right**2 + 1e-3))


CASES.add(total_variation, IMAGE, features="pad slice sqrt")


def framed(image, level):
    return np.sum(np.pad(image, ((1, 2), (0, 1)), constant_values=level) ** 2) + np.pad(image, 1, "wrap")[0, 0]


CASES.add(framed, IMAGE[:2, :3], 0.7, features="pad watched-constant pad-wrap")


def histogram_equalised(image):
    """Each grey level becomes its share of darker pixels; the levels between are on a line."""
    levels = np.linspace(0.0, 1.0, 5)
    counts = np.bincount(np.digitize(image.ravel(), levels) - 1, minlength=5)
    shares = np.cumsum(counts) / counts.sum()
    return np.sum(np.interp(image, levels, shares) ** 2)


CASES.add(histogram_equalised, draw(4, 4, seed=909, low=0.05, high=0.95), features="bincount interp", oracle="ridders")


def soft_histogram(x, edges):
    weights = np.exp(-((x[:, None] - edges) ** 2) / 0.02)
    share = weights.sum(axis=0) / weights.sum()
    return -np.sum(share * np.log(share))


CASES.add(soft_histogram, draw(8, seed=910, low=0, high=1), np.linspace(0, 1, 5), wrt=(0,), features="broadcast log")


def warped(image, shift):
    """Read at shifted places, on the line between neighbours."""
    places = np.arange(5) + shift
    left = np.floor(places).astype(int)
    share = places - left
    rows = image[:, left] * (1 - share) + image[:, left + 1] * share
    return np.sum(rows**2)


CASES.add(warped, IMAGE[:2], 0.4, features="floor cast integer-array", oracle="ridders")


def integral_image(image):
    total = np.zeros((image.shape[0] + 1, image.shape[1] + 1))
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            total[i + 1, j + 1] = total[i, j + 1] + total[i + 1, j] - total[i, j] + image[i, j]
    return (total[3, 3] - total[1, 3] - total[3, 1] + total[1, 1]) ** 2


CASES.add(integral_image, IMAGE[:3, :3], features="loop setitem zeros", oracle="ridders")


def tiles_of_a_pattern(pattern, weights):
    return np.sum(np.tile(pattern, (2, 3)) * weights) + np.sum(np.tile(pattern[0], 2) ** 2)


CASES.add(tiles_of_a_pattern, draw(2, 2, seed=911), draw(4, 6, seed=912), features="tile")


def windows_in_single_precision(image, kernel):
    return np.sum(np.sum(sliding_window_view(image, (3, 3)) * kernel, axis=(2, 3)) ** 2)


CASES.add(
    windows_in_single_precision,
    IMAGE.astype(np.float32),
    KERNEL.astype(np.float32),
    features="float32 sliding-windows",
    dtype="float32",
)
