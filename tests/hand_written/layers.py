"""Layers inside a network. Each loss weights the layer's output with fixed numbers, which are its upstream gradient."""

import numpy as np

from hand_written.passes import Passes
from zoo.case import draw

PASSES = Passes()

N, D = 6, 4
X = draw(N, D, seed=200)
target = draw(N, D, seed=201)


def batch_norm(x, gamma, beta):
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    xhat = (x - mu) / np.sqrt(var + 1e-5)
    out = gamma * xhat + beta
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(batch_norm, draw(N, D, seed=1), draw(D, seed=2), draw(D, seed=3))
def batch_norm_by_hand(x, gamma, beta):
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    std = np.sqrt(var + 1e-5)
    xhat = (x - mu) / std
    out = gamma * xhat + beta
    # backward
    dout = out - target
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dx, dgamma, dbeta


def layer_norm(x, gamma, beta):
    mu = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mu) / np.sqrt(var + 1e-5)
    out = gamma * xhat + beta
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(layer_norm, draw(N, D, seed=1), draw(D, seed=2), draw(D, seed=3))
def layer_norm_by_hand(x, gamma, beta):
    mu = x.mean(axis=-1, keepdims=True)
    std = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    xhat = (x - mu) / std
    out = gamma * xhat + beta
    # backward
    dout = out - target
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=-1, keepdims=True) - xhat * (dxhat * xhat).mean(axis=-1, keepdims=True)) / std
    return dx, dgamma, dbeta


def rms_norm(x, gamma):
    rms = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-5)
    out = gamma * x / rms
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(rms_norm, draw(N, D, seed=1), draw(D, seed=2))
def rms_norm_by_hand(x, gamma):
    rms = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + 1e-5)
    out = gamma * x / rms
    # backward
    dout = out - target
    dgamma = np.sum(dout * x / rms, axis=0)
    dxhat = dout * gamma / rms
    dx = dxhat - x * np.mean(dxhat * x, axis=-1, keepdims=True) / rms**2
    return dx, dgamma


keep = draw(N, 5, seed=202) > -0.5


def dropout_net(W1, W2):
    h = np.maximum(0, X @ W1)
    h = h * keep / 0.8
    out = h @ W2
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(dropout_net, draw(D, 5, seed=1), draw(5, D, seed=2))
def dropout_net_by_hand(W1, W2):
    h1 = np.maximum(0, X @ W1)
    h2 = h1 * keep / 0.8
    out = h2 @ W2
    # backward
    dout = out - target
    dW2 = h2.T @ dout
    dh2 = dout @ W2.T
    dh1 = dh2 * keep / 0.8
    dW1 = X.T @ (dh1 * (h1 > 0))
    return dW1, dW2


def residual_block(x, W1, b1, W2, b2):
    h = np.maximum(0, x @ W1 + b1)
    out = np.maximum(0, x + h @ W2 + b2)
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(residual_block, draw(N, D, seed=1), draw(D, 5, seed=2), draw(5, seed=3), draw(5, D, seed=4), draw(D, seed=5))
def residual_block_by_hand(x, W1, b1, W2, b2):
    h = np.maximum(0, x @ W1 + b1)
    out = np.maximum(0, x + h @ W2 + b2)
    # backward
    dsum = (out - target) * (out > 0)
    db2 = dsum.sum(axis=0)
    dW2 = h.T @ dsum
    dh = (dsum @ W2.T) * (h > 0)
    db1 = dh.sum(axis=0)
    dW1 = x.T @ dh
    dx = dsum + dh @ W1.T
    return dx, dW1, db1, dW2, db2


def gated_linear_unit(x, W, V):
    gate = 1 / (1 + np.exp(-(x @ V)))
    value = x @ W
    out = value * gate
    return 0.5 * np.sum((out - target) ** 2)


@PASSES.of(gated_linear_unit, draw(N, D, seed=1), draw(D, D, seed=2), draw(D, D, seed=3))
def gated_linear_unit_by_hand(x, W, V):
    gate = 1 / (1 + np.exp(-(x @ V)))
    value = x @ W
    out = value * gate
    # backward
    dout = out - target
    dvalue = dout * gate
    dgate = dout * value * gate * (1 - gate)
    dW = x.T @ dvalue
    dV = x.T @ dgate
    dx = dvalue @ W.T + dgate @ V.T
    return dx, dW, dV
