import numpy as np

np.random.seed(61)
W1 = np.random.randn(3, 5)
B1 = np.random.randn(5)
W2 = np.random.randn(5, 2)
B2 = np.random.randn(2)
hid = out = None

def forward(x):
    global hid, out
    hid = np.tanh(x.dot(W1) + B1)
    out = np.tanh(hid.dot(W2) + B2)
    return out

def backward(x, t, rate=0.05):
    global W1, B1, W2, B2
    gOut = (out - t) * (1 - out ** 2)
    gHid = gOut.dot(W2.T) * (1 - hid ** 2)
    W2 = W2 - rate * np.outer(hid, gOut)
    B2 = B2 - rate * gOut
    W1 = W1 - rate * np.outer(x, gHid) * W1
    B1 = B1 - rate * gHid

patterns = [(np.array([1., -1., 1.]), np.array([1., -1.])),
            (np.array([-1., -1., 0.5]), np.array([-1., -1.])),
            (np.array([0.2, 1., -1.]), np.array([-1., 1.]))]

i = 0
err = 1e9
while err > 1e-3 and i < 5000:
    err = 0
    for x, t in patterns:
        forward(x)
        err += 0.5 * ((t - out) ** 2).sum()
        backward(x, t)
    i += 1
print('done after', i, 'sweeps, error', err)
