import numpy as np

gen = np.random.default_rng(101)
X = gen.normal(size=(20, 3))
y = (np.maximum(X[:, 0], 0) - np.maximum(X[:, 1], 0) + 2.0)[:, None]

net = {
    'W1': gen.normal(size=(3, 8)) * 0.5,
    'b1': np.zeros((1, 8)),
    'W2': gen.normal(size=(8, 1)) * 0.5,
    'b2': np.zeros((1, 1)),
}

def backprop(net, xb, yb):
    z = xb @ net['W1'] + net['b1']
    h = np.maximum(z, 0)
    out = h @ net['W2'] + net['b2']
    grad = {}
    d = 2 * (out - yb)
    grad['W2'] = h.T @ d
    grad['b2'] = d.sum(axis=0, keepdims=True)
    d = (d @ net['W2'].T) * (z > 0)
    grad['W1'] = xb.T @ d
    grad['b1'] = d.sum(axis=0, keepdims=True)
    return np.sum((out - yb) ** 2), grad

for epoch in range(100):
    epoch_loss = 0
    for i in range(0, 20, 5):
        xb, yb = X[i:i + 5], y[i:i + 5]
        loss, grad = backprop(net, xb, yb)
        epoch_loss += loss
        for key in ('W1', 'b1', 'W2'):
            net[key] -= 0.005 * grad[key]
    if epoch % 20 == 0:
        print("epoch %d loss %.4f" % (epoch, epoch_loss))
