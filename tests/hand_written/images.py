"""Convolution and pooling: by loops over places, and by one matrix product."""

import numpy as np

from hand_written.passes import Passes
from zoo.case import draw

PASSES = Passes()

image = draw(5, 5, seed=300)
batch = draw(2, 3, 6, 6, seed=301)
rows = np.arange(3)[:, None] + np.arange(3)
columns = rows


def conv_by_loops(x, w, b):
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            out[i, j] = np.sum(x[i : i + 3, j : j + 3] * w) + b
    return 0.5 * np.sum(out**2)


@PASSES.of(conv_by_loops, draw(5, 5, seed=1), draw(3, 3, seed=2), 0.3)
def conv_by_loops_by_hand(x, w, b):
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            out[i, j] = np.sum(x[i : i + 3, j : j + 3] * w) + b
    # backward
    dout = out
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(3):
        for j in range(3):
            dw += dout[i, j] * x[i : i + 3, j : j + 3]
            dx[i : i + 3, j : j + 3] += dout[i, j] * w
    db = dout.sum()
    return dx, dw, db


places = (6 * np.arange(4)[:, None] + np.arange(4)).reshape(-1, 1)  # where each window starts
window = (6 * np.arange(3)[:, None] + np.arange(3)).reshape(-1)  # and what it covers, in a row of pixels


def conv_by_im2col(x, W, b):
    pixels = x.reshape(2, 3, 36)
    cols = pixels[:, :, places + window]  # example, channel, place, pixel
    cols = cols.transpose(0, 2, 1, 3).reshape(32, 27)
    out = cols @ W + b
    return 0.5 * np.sum(np.maximum(0, out) ** 2)


@PASSES.of(conv_by_im2col, batch, draw(27, 4, seed=2), draw(4, seed=3))
def conv_by_im2col_by_hand(x, W, b):
    pixels = x.reshape(2, 3, 36)
    cols = pixels[:, :, places + window].transpose(0, 2, 1, 3).reshape(32, 27)
    out = cols @ W + b
    # backward
    dout = np.maximum(0, out)
    dW = cols.T @ dout
    db = dout.sum(axis=0)
    dcols = (dout @ W.T).reshape(2, 16, 3, 9).transpose(0, 2, 1, 3)
    dpixels = np.zeros_like(pixels)
    np.add.at(dpixels, (slice(None), slice(None), places + window), dcols)
    dx = dpixels.reshape(x.shape)
    return dx, dW, db


def max_pooling(x, W):
    blocks = x.reshape(3, 2, 3, 2)
    pooled = blocks.max(axis=(1, 3))
    return np.sum((pooled @ W) ** 2)


@PASSES.of(max_pooling, draw(6, 6, seed=1), draw(3, 2, seed=2))
def max_pooling_by_hand(x, W):
    blocks = x.reshape(3, 2, 3, 2)
    pooled = blocks.max(axis=(1, 3))
    # backward
    dout = 2 * (pooled @ W)
    dW = pooled.T @ dout
    dpooled = dout @ W.T
    hit = blocks == pooled[:, None, :, None]
    dx = (hit * dpooled[:, None, :, None]).reshape(6, 6)
    return dx, dW


def average_pooling(x, w):
    pooled = x.reshape(3, 2, 3, 2).mean(axis=(1, 3))
    return np.sum((pooled * w) ** 2)


@PASSES.of(average_pooling, draw(6, 6, seed=1), draw(3, 3, seed=2))
def average_pooling_by_hand(x, w):
    pooled = x.reshape(3, 2, 3, 2).mean(axis=(1, 3))
    # backward
    dout = 2 * pooled * w
    dw = dout * pooled
    dpooled = dout * w
    dx = np.repeat(np.repeat(dpooled, 2, axis=0), 2, axis=1) / 4
    return dx, dw


def sharpness(x):
    across, down = x[:, 1:] - x[:, :-1], x[1:] - x[:-1]
    return np.sum((x - image) ** 2) + 0.1 * np.sum(across**2) + 0.1 * np.sum(down**2)


@PASSES.of(sharpness, draw(5, 5, seed=1))
def sharpness_by_hand(x):
    across, down = x[:, 1:] - x[:, :-1], x[1:] - x[:-1]
    # backward
    dx = 2 * (x - image)
    dx[:, 1:] += 0.2 * across
    dx[:, :-1] -= 0.2 * across
    dx[1:] += 0.2 * down
    dx[:-1] -= 0.2 * down
    return dx
