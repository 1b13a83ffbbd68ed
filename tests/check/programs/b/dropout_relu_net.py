import numpy as np


class TwoLayerNet(object):
    """
    affine - relu - dropout - affine - softmax
    """

    def __init__(self, input_dim=4, hidden_dim=10, num_classes=3, reg=0.1, p=0.7):
        self.params = {}
        self.params['W1'] = 0.3 * np.random.randn(input_dim, hidden_dim)
        self.params['b1'] = np.zeros(hidden_dim)
        self.params['W2'] = 0.3 * np.random.randn(hidden_dim, num_classes)
        self.params['b2'] = np.zeros(num_classes)
        self.reg = reg
        self.p = p

    def loss(self, X, y=None):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        hidden = np.maximum(0, X.dot(W1) + b1)
        if y is None:
            return hidden.dot(W2) + b2
        mask = (np.random.rand(*hidden.shape) < self.p) / self.p
        dropped = hidden * mask
        scores = dropped.dot(W2) + b2

        N = X.shape[0]
        shifted = scores - scores.max(axis=1, keepdims=True)
        probs = np.exp(shifted)
        probs /= probs.sum(axis=1, keepdims=True)
        loss = -np.log(probs[np.arange(N), y]).mean()
        loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        grads = {}
        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads['W2'] = dropped.T.dot(dscores) + self.reg * W2
        grads['b2'] = dscores.sum(axis=0)
        dhidden = dscores.dot(W2.T)
        dhidden * mask
        dhidden[hidden <= 0] = 0
        grads['W1'] = X.T.dot(dhidden) + self.reg * W1
        grads['b1'] = dhidden.sum(axis=0)
        return loss, grads


np.random.seed(231)
X_train = np.random.randn(60, 4)
y_train = np.argmax(X_train[:, :3] + 0.1 * np.random.randn(60, 3), axis=1)
net = TwoLayerNet()
velocity = {k: np.zeros_like(v) for k, v in net.params.items()}
for it in range(1000):
    idx = np.random.choice(60, 20)
    loss, grads = net.loss(X_train[idx], y_train[idx])
    for k in net.params:
        velocity[k] = 0.9 * velocity[k] - 0.05 * grads[k]
        net.params[k] += velocity[k]
    if it % 200 == 0:
        acc = (net.loss(X_train).argmax(axis=1) == y_train).mean()
        print('iteration %d / 1000: loss %f, train acc %.2f' % (it, loss, acc))
