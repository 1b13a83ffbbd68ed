import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def __init__(self, n_x, n_h, n_y):
        z = n_x + n_h
        r = np.random.RandomState(0)
        self.n_h = n_h
        self.p = {}
        for g in 'fico':
            self.p['W' + g] = r.randn(n_h, z) * 0.3
            self.p['b' + g] = np.zeros((n_h, 1))
        self.p['bf'] += 1.0
        self.p['Wy'] = r.randn(n_y, n_h) * 0.3
        self.p['by'] = np.zeros((n_y, 1))

    def forward_step(self, x, h_prev, c_prev):
        p = self.p
        z = np.vstack((h_prev, x))
        f = sigmoid(p['Wf'] @ z + p['bf'])
        i = sigmoid(p['Wi'] @ z + p['bi'])
        g = np.tanh(p['Wc'] @ z + p['bc'])
        o = sigmoid(p['Wo'] @ z + p['bo'])
        c = f * c_prev + i * g
        h = o * np.tanh(c)
        y = p['Wy'] @ h + p['by']
        return z, f, i, g, o, c, h, y

    def loss(self, xs, ts):
        h = np.zeros((self.n_h, 1))
        c = np.zeros((self.n_h, 1))
        states, total = [], 0.0
        for x, t in zip(xs, ts):
            c_prev = c
            z, f, i, g, o, c, h, y = self.forward_step(x, h, c)
            states.append((z, f, i, g, o, c_prev, c, h, y))
            total += 0.5 * np.sum((y - t) ** 2)
        return total, self.bptt(states, ts)

    def bptt(self, states, ts):
        p = self.p
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        dh_next = np.zeros((self.n_h, 1))
        dc_next = np.zeros((self.n_h, 1))
        for t in range(len(ts) - 1, -1, -1):
            z, f, i, g, o, c_prev, c, h, y = states[t]
            dy = y - ts[t]
            grads['Wy'] += dy @ h.T
            grads['by'] += dy
            dh = p['Wy'].T @ dy + dh_next
            tc = np.tanh(c)
            do = dh * tc * o * (1 - o)
            dc = dh * o * (1 - tc ** 2) + dc_next
            df = dc * c * f * (1 - f)
            di = dc * g * i * (1 - i)
            dg = dc * i * (1 - g ** 2)
            dz = np.zeros_like(z)
            for name, d in zip('fico', (df, di, dg, do)):
                grads['W' + name] += d @ z.T
                grads['b' + name] += d
                dz += p['W' + name].T @ d
            dh_next = dz[:self.n_h]
            dc_next = dc * f
        return grads


if __name__ == '__main__':
    # learn to echo a sine one step ahead
    wave = np.sin(np.arange(40) * 0.4)
    xs = [np.array([[wave[k]], [wave[k] ** 2], [1.0]]) for k in range(12)]
    ts = [np.array([[wave[k + 1]], [wave[k]]]) for k in range(12)]
    lstm = LSTM(3, 5, 2)
    for epoch in range(2000):
        loss, grads = lstm.loss(xs, ts)
        for k in lstm.p:
            lstm.p[k] -= 0.02 * np.clip(grads[k], -1, 1)
        if epoch % 200 == 0:
            print(epoch, loss)
