import numpy as np

# three layers, sigmoid output, weight decay inside the objective
decay = 0.05


def build(sizes, seed):
    rnd = np.random.RandomState(seed)
    model = {}
    for k in range(1, len(sizes)):
        model["W%d" % k] = rnd.randn(sizes[k - 1], sizes[k]) * 0.4
        model["b%d" % k] = np.zeros(sizes[k])
    return model


def forward(model, x):
    h1 = np.tanh(x @ model["W1"] + model["b1"])
    h2 = np.tanh(h1 @ model["W2"] + model["b2"])
    p = 1 / (1 + np.exp(-(h2 @ model["W3"] + model["b3"])))
    return h1, h2, p


def objective(model, x, y):
    p = forward(model, x)[-1]
    nll = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return nll + 0.5 * decay * sum(np.sum(model["W%d" % k] ** 2) for k in (1, 2, 3))


def gradients(model, x, y):
    h1, h2, p = forward(model, x)
    g = {}
    d3 = (p - y) / len(x)
    g["W3"] = h2.T @ d3 + decay * model["W3"]
    g["b3"] = d3.sum(0)
    d2 = d3 @ model["W3"].T * (1 - h2 ** 2)
    g["W2"] = h1.T @ d2
    g["b2"] = d2.sum(0)
    d1 = d2 @ model["W2"].T * (1 - h1 ** 2)
    g["W1"] = x.T @ d1 + 2 * decay * model["W1"]
    g["b1"] = d1.sum(0)
    return g


np.random.seed(2)
X = np.random.randn(70, 4)
y = (np.sin(2 * X[:, :1]) + X[:, 1:2] > 0).astype(float)
model = build([4, 7, 5, 1], seed=6)
for step in range(2000):
    g = gradients(model, X, y)
    for name in model:
        model[name] = model[name] - 0.3 * g[name]
    if step % 400 == 0:
        print("step", step, "objective", objective(model, X, y))
