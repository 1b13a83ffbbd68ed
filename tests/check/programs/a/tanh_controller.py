"""Teach a small tanh controller to imitate a few recorded moves."""
import numpy as np


def respond(w, s):
    hid = np.tanh(s.dot(w['in']))
    act = np.tanh(hid.dot(w['out']))
    return hid, act


def sensitivities(w, s, hid, act, goal):
    n = len(s)
    miss = 2 * (act - goal) / n
    d_out = miss
    d_hid = d_out.dot(w['out'].T) * (1 - hid ** 2)
    return {'out': hid.T.dot(d_out), 'in': s.T.dot(d_hid)}


states = np.array([[0.2, -0.5, 1.0], [0.9, 0.1, 1.0], [-0.7, 0.3, 1.0], [0.0, 0.8, 1.0], [-0.4, -0.9, 1.0]])
moves = np.array([[0.8, -0.2], [-0.5, 0.6], [0.1, 0.7], [-0.9, 0.0]  , [0.4, 0.4]])
np.random.seed(50)
w = {'in': np.random.randn(3, 6), 'out': np.random.randn(6, 2)}

for trial in range(2500):
    hid, act = respond(w, states)
    g = sensitivities(w, states, hid, act, moves)
    for name in w:
        w[name] -= 0.1 * g[name]
    if trial % 500 == 0:
        print(trial, np.mean(np.sum((act - moves) ** 2, axis=1)))
