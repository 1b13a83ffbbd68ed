import numpy as np


class NeuralNetMLP(object):
    """ Feedforward neural network / Multi-layer perceptron classifier.

    Parameters
    ------------
    n_hidden : int (default: 30)
    l2 : float (default: 0.)
    epochs : int (default: 100)
    eta : float (default: 0.001)
    minibatch_size : int (default: 1)
    seed : int (default: None)
    """

    def __init__(self, n_hidden=30, l2=0., epochs=100, eta=0.001, minibatch_size=1, seed=None):
        self.random = np.random.RandomState(seed)
        self.n_hidden = n_hidden
        self.l2 = l2
        self.epochs = epochs
        self.eta = eta
        self.minibatch_size = minibatch_size

    def _onehot(self, y, n_classes):
        onehot = np.zeros((n_classes, y.shape[0]))
        for idx, val in enumerate(y.astype(int)):
            onehot[val, idx] = 1.
        return onehot.T

    def _sigmoid(self, z):
        return 1. / (1. + np.exp(-np.clip(z, -250, 250)))

    def _softmax(self, z):
        e = np.exp(z - np.max(z, axis=1, keepdims=True))
        return e / np.sum(e, axis=1, keepdims=True)

    def _forward(self, X):
        z_h = np.dot(X, self.w_h) + self.b_h
        a_h = self._sigmoid(z_h)
        z_out = np.dot(a_h, self.w_out) + self.b_out
        a_out = self._softmax(z_out)
        return a_h, a_out

    def _compute_cost(self, y_enc, output):
        L2_term = (self.l2 / 2. * (np.sum(self.w_h ** 2.) + np.sum(self.w_out ** 2.)))
        return np.sum(-y_enc * np.log(output)) + L2_term

    def _step(self, X, y_enc, a_h, a_out):
        # [n_examples, n_classlabels]
        delta_out = (a_out - y_enc) * a_out * (1. - a_out)

        # [n_examples, n_hidden]
        sigmoid_derivative_h = a_h * (1. - a_h)
        delta_h = (np.dot(delta_out, self.w_out.T) * sigmoid_derivative_h)

        grad_w_h = np.dot(X.T, delta_h)
        grad_b_h = np.sum(delta_h, axis=0)
        grad_w_out = np.dot(a_h.T, delta_out)
        grad_b_out = np.sum(delta_out, axis=0)

        # Regularization and weight updates
        delta_w_h = (grad_w_h + self.l2 * self.w_h)
        self.w_h -= self.eta * delta_w_h
        self.b_h -= self.eta * grad_b_h  # bias is not regularized

        delta_w_out = (grad_w_out + self.l2 * self.w_out)
        self.w_out -= self.eta * delta_w_out
        self.b_out -= self.eta * grad_b_out

    def fit(self, X, y):
        n_output = np.unique(y).shape[0]
        n_features = X.shape[1]
        self.b_h = np.zeros(self.n_hidden)
        self.w_h = self.random.normal(loc=0.0, scale=0.1, size=(n_features, self.n_hidden))
        self.b_out = np.zeros(n_output)
        self.w_out = self.random.normal(loc=0.0, scale=0.1, size=(self.n_hidden, n_output))
        y_enc = self._onehot(y, n_output)
        for i in range(self.epochs):
            indices = np.arange(X.shape[0])
            self.random.shuffle(indices)
            for start_idx in range(0, indices.shape[0] - self.minibatch_size + 1, self.minibatch_size):
                batch_idx = indices[start_idx:start_idx + self.minibatch_size]
                a_h, a_out = self._forward(X[batch_idx])
                self._step(X[batch_idx], y_enc[batch_idx], a_h, a_out)
            a_h, a_out = self._forward(X)
            if i % 10 == 0:
                print("%03d cost %.2f" % (i, self._compute_cost(y_enc, a_out)))
        return self


rs = np.random.RandomState(3)
y = np.repeat([0, 1, 2], 6)
X = rs.normal(size=(18, 4)) + y[:, None]
nn = NeuralNetMLP(n_hidden=5, l2=0.01, epochs=50, eta=0.05, minibatch_size=6, seed=1)
nn.fit(X, y)
