import numpy as np

rng = np.random.RandomState(21)
n_in, n_h, T = 3, 4, 5
sig = lambda v: 1.0 / (1.0 + np.exp(-v))

P = {}
for gate in 'zrc':
    P['U' + gate] = rng.randn(n_h, n_in) * 0.6
    P['V' + gate] = rng.randn(n_h, n_h) * 0.6
P['o'] = rng.randn(n_h) * 0.6

x = rng.randn(T, n_in)
goal = 0.7

def gru(P):
    h, mem = np.zeros(n_h), []
    for t in range(T):
        z = sig(P['Uz'].dot(x[t]) + P['Vz'].dot(h))
        r = sig(P['Ur'].dot(x[t]) + P['Vr'].dot(h))
        c = np.tanh(P['Uc'].dot(x[t]) + P['Vc'].dot(r * h))
        new = (1 - z) * h + z * c
        mem.append((h, z, r, c))
        h = new
    return P['o'].dot(h), h, mem

def gru_grad(P, err, h, mem):
    G = {k: np.zeros_like(v) for k, v in P.items()}
    G['o'] = err * h
    dh = err * P['o']
    for t in range(T - 1, -1, -1):
        hp, z, r, c = mem[t]
        dc = dh * z * (1 - c * c)
        dz = dh * (c - hp) * z * (1 - z)
        drh = P['Vc'].T.dot(dc)
        dr = drh * hp * r * (1 - r)
        for gate, d, source in (('z', dz, hp), ('r', dr, hp), ('c', dc, r * hp)):
            G['U' + gate] += np.outer(d, x[t])
            G['V' + gate] += np.outer(d, source)
        dh = dh * (1 - z) + drh + P['Vz'].T.dot(dz) + P['Vr'].T.dot(dr)
    return G

for it in range(400):
    out, h, mem = gru(P)
    cost = 0.5 * (out - goal) ** 2
    G = gru_grad(P, out - goal, h, mem)
    for k in P:
        P[k] -= 0.2 * G[k]
    if it % 100 == 0:
        print(it, cost)
