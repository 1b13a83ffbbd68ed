import numpy as np

np.random.seed(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def slope(output):
    return output * (1 - output)


# training dataset generation
binary_dim = 6
largest = 2 ** binary_dim
table = np.unpackbits(np.arange(largest, dtype=np.uint8)[:, None], axis=1)[:, -binary_dim:]

alpha = 0.3
hidden_dim = 8
synapse_0 = 2 * np.random.random((2, hidden_dim)) - 1
synapse_1 = 2 * np.random.random((hidden_dim, 1)) - 1
synapse_h = 2 * np.random.random((hidden_dim, hidden_dim)) - 1


def run(X):
    states = [np.zeros(hidden_dim)]
    preds = []
    for x in X:
        states.append(sigmoid(x.dot(synapse_0) + states[-1].dot(synapse_h)))
        preds.append(sigmoid(states[-1].dot(synapse_1)))
    return np.array(preds), states


def gradients(X, y, preds, states):
    g0 = np.zeros_like(synapse_0)
    g1 = np.zeros_like(synapse_1)
    gh = np.zeros_like(synapse_h)
    T = len(X)
    future = np.zeros(hidden_dim)
    for t in range(T - 1, 0, -1):
        d_out = (preds[t] - y[t]) * slope(preds[t])
        d_hid = (future.dot(synapse_h.T) + d_out.dot(synapse_1.T)) * slope(states[t + 1])
        g1 += np.outer(states[t + 1], d_out)
        gh += np.outer(states[t], d_hid)
        g0 += np.outer(X[t], d_hid)
        future = d_hid
    return g0, g1, gh


for j in range(10000):
    a_int, b_int = np.random.randint(largest // 2, size=2)
    c_int = a_int + b_int
    # the sum starts at the lowest bit, so everything is reversed
    X = np.stack([table[a_int][::-1], table[b_int][::-1]], axis=1).astype(float)
    y = table[c_int][::-1].astype(float)[:, None]
    preds, states = run(X)
    g0, g1, gh = gradients(X, y, preds, states)
    synapse_0 -= alpha * g0
    synapse_1 -= alpha * g1
    synapse_h -= alpha * gh
    if j % 1000 == 0:
        print("Error:", np.sum(np.abs(y - preds)), "Pred:", preds.round().ravel().astype(int))
