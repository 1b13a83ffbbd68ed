"""Whole models from statistics, reinforcement learning, physics."""

import numpy as np

from hand_written.passes import Passes
from zoo.case import draw

PASSES = Passes()

N, D, K = 6, 4, 3
X = draw(N, D, seed=500)
noise = draw(N, 2, seed=501)


def autoencoder_with_tied_weights(W, b, c):
    h = np.tanh(X @ W + b)
    back = h @ W.T + c
    return 0.5 * np.mean(np.sum((back - X) ** 2, axis=1))


@PASSES.of(autoencoder_with_tied_weights, draw(D, 2, seed=1), draw(2, seed=2), draw(D, seed=3))
def autoencoder_with_tied_weights_by_hand(W, b, c):
    h = np.tanh(X @ W + b)
    back = h @ W.T + c
    # backward
    dback = (back - X) / N
    dc = dback.sum(axis=0)
    dh = dback @ W
    dz = dh * (1 - h**2)
    db = dz.sum(axis=0)
    dW = X.T @ dz + dback.T @ h
    return dW, db, dc


def variational_autoencoder(Wm, Ws, V):
    mu, logvar = X @ Wm, X @ Ws
    z = mu + np.exp(0.5 * logvar) * noise
    back = z @ V
    divergence = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
    return 0.5 * np.sum((back - X) ** 2) + divergence


@PASSES.of(variational_autoencoder, draw(D, 2, seed=1), draw(D, 2, seed=2), draw(2, D, seed=3))
def variational_autoencoder_by_hand(Wm, Ws, V):
    mu, logvar = X @ Wm, X @ Ws
    std = np.exp(0.5 * logvar)
    z = mu + std * noise
    back = z @ V
    # backward
    dback = back - X
    dV = z.T @ dback
    dz = dback @ V.T
    dmu = dz + mu
    dlogvar = 0.5 * dz * noise * std + 0.5 * (std**2 - 1)
    dWm = X.T @ dmu
    dWs = X.T @ dlogvar
    return dWm, dWs, dV


def gaussian_mixture(means, logits):
    apart = X[:, None, :] - means
    scores = logits - 0.5 * np.sum(apart**2, axis=2)
    top = scores.max(axis=1, keepdims=True)
    evidence = top[:, 0] + np.log(np.sum(np.exp(scores - top), axis=1))
    return -np.sum(evidence) + N * np.log(np.sum(np.exp(logits)))


@PASSES.of(gaussian_mixture, draw(K, D, seed=1), draw(K, seed=2))
def gaussian_mixture_by_hand(means, logits):
    apart = X[:, None, :] - means
    scores = logits - 0.5 * np.sum(apart**2, axis=2)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    # backward
    duty = e / e.sum(axis=1, keepdims=True)  # how much of each point is each component's
    dmeans = -np.sum(duty[:, :, None] * apart, axis=0)
    weights = np.exp(logits) / np.sum(np.exp(logits))
    dlogits = N * weights - duty.sum(axis=0)
    return dmeans, dlogits


def soft_k_means(centres):
    apart = X[:, None, :] - centres
    d = np.sum(apart**2, axis=2)
    e = np.exp(-d)
    a = e / e.sum(axis=1, keepdims=True)
    return np.sum(a * d)


@PASSES.of(soft_k_means, draw(K, D, seed=1))
def soft_k_means_by_hand(centres):
    apart = X[:, None, :] - centres
    d = np.sum(apart**2, axis=2)
    e = np.exp(-d)
    a = e / e.sum(axis=1, keepdims=True)
    # backward
    dd = a - a * (d - np.sum(a * d, axis=1, keepdims=True))
    dcentres = -2 * np.sum(dd[:, :, None] * apart, axis=0)
    return dcentres


users, items = np.array([0, 1, 1, 2, 3, 3]), np.array([1, 0, 2, 2, 1, 0])
stars = draw(N, seed=502)


def matrix_factorisation(P, Q, bu, bi):
    error = np.sum(P[users] * Q[items], axis=1) + bu[users] + bi[items] - stars
    return np.sum(error**2) + 0.1 * np.sum(P**2) + 0.1 * np.sum(Q**2)


@PASSES.of(matrix_factorisation, draw(4, 2, seed=1), draw(3, 2, seed=2), draw(4, seed=3), draw(3, seed=4))
def matrix_factorisation_by_hand(P, Q, bu, bi):
    error = np.sum(P[users] * Q[items], axis=1) + bu[users] + bi[items] - stars
    # backward
    derror = 2 * error
    dP, dQ = 0.2 * P, 0.2 * Q
    np.add.at(dP, users, derror[:, None] * Q[items])
    np.add.at(dQ, items, derror[:, None] * P[users])
    dbu, dbi = np.zeros_like(bu), np.zeros_like(bi)
    np.add.at(dbu, users, derror)
    np.add.at(dbi, items, derror)
    return dP, dQ, dbu, dbi


actions, returns = np.array([0, 2, 1, 1, 0, 2]), draw(N, seed=503)


def policy_gradient(W, b):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    policy = e / e.sum(axis=1, keepdims=True)
    return -np.sum(returns * np.log(policy[np.arange(N), actions]))


@PASSES.of(policy_gradient, draw(D, K, seed=1), draw(K, seed=2))
def policy_gradient_by_hand(W, b):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    policy = e / e.sum(axis=1, keepdims=True)
    # backward
    dscores = policy * returns[:, None]
    dscores[np.arange(N), actions] -= returns
    dW = X.T @ dscores
    db = dscores.sum(axis=0)
    return dW, db


V1, V2 = draw(D, 5, seed=504), draw(5, seed=505)


def generator_loss(W1, W2):
    h = np.tanh(noise @ W1)
    fake = h @ W2
    hidden = np.maximum(0, fake @ V1)
    real = 1 / (1 + np.exp(-(hidden @ V2)))
    return -np.mean(np.log(real))


@PASSES.of(generator_loss, draw(2, 3, seed=1), draw(3, D, seed=2))
def generator_loss_by_hand(W1, W2):
    h = np.tanh(noise @ W1)
    fake = h @ W2
    hidden = np.maximum(0, fake @ V1)
    real = 1 / (1 + np.exp(-(hidden @ V2)))
    # backward
    dlogit = (real - 1) / N
    dhidden = np.outer(dlogit, V2) * (hidden > 0)
    dfake = dhidden @ V1.T
    dW2 = h.T @ dfake
    dh = dfake @ W2.T
    dW1 = noise.T @ (dh * (1 - h**2))
    return dW1, dW2


def pendulum_by_euler(theta, omega, k):
    for _ in range(4):
        omega = omega - 0.1 * k * np.sin(theta)
        theta = theta + 0.1 * omega
    return 0.5 * (theta - 1.0) ** 2


@PASSES.of(pendulum_by_euler, 0.5, -0.2, 1.3)
def pendulum_by_euler_by_hand(theta, omega, k):
    thetas = []
    for _ in range(4):
        thetas.append(theta)
        omega = omega - 0.1 * k * np.sin(theta)
        theta = theta + 0.1 * omega
    # backward
    dtheta, domega, dk = theta - 1.0, 0.0, 0.0
    for theta in reversed(thetas):
        domega += 0.1 * dtheta
        dk -= 0.1 * np.sin(theta) * domega
        dtheta -= 0.1 * k * np.cos(theta) * domega
    return dtheta, domega, dk


A, G = draw(2, 2, seed=506), draw(1, 2, seed=507)
seen = np.array([0.4])


def kalman_gain(x, K):
    ahead = A @ x
    surprise = seen - G @ ahead
    x_new = ahead + K @ surprise
    return 0.5 * x_new @ x_new + 0.5 * surprise @ surprise


@PASSES.of(kalman_gain, draw(2, seed=1), draw(2, 1, seed=2))
def kalman_gain_by_hand(x, K):
    ahead = A @ x
    surprise = seen - G @ ahead
    x_new = ahead + K @ surprise
    # backward
    dK = np.outer(x_new, surprise)
    dsurprise = surprise + K.T @ x_new
    dahead = x_new - G.T @ dsurprise
    dx = A.T @ dahead
    return dx, dK


grid = np.linspace(0, 1, 9)
source = np.sin(np.pi * grid[1:-1])


def poisson_residual(u):
    curvature = (u[2:] - 2 * u[1:-1] + u[:-2]) / 0.125**2
    residual = curvature + source
    return np.mean(residual**2) + u[0] ** 2 + u[-1] ** 2


@PASSES.of(poisson_residual, draw(9, seed=1))
def poisson_residual_by_hand(u):
    curvature = (u[2:] - 2 * u[1:-1] + u[:-2]) / 0.125**2
    residual = curvature + source
    # backward
    dcurvature = 2 * residual / len(residual) / 0.125**2
    du = np.zeros_like(u)
    du[2:] += dcurvature
    du[1:-1] -= 2 * dcurvature
    du[:-2] += dcurvature
    du[0] += 2 * u[0]
    du[-1] += 2 * u[-1]
    return du
