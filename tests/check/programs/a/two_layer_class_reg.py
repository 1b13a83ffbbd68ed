import numpy as np


class TwoLayerNet(object):
    """
    A two-layer fully-connected neural network. The net has an input dimension of
    N, a hidden layer dimension of H, and performs classification over C classes.
    """

    def __init__(self, input_size, hidden_size, output_size, std=1e-1):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N, D = X.shape

        # Compute the forward pass
        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores

        # Compute the loss
        shifted = scores - np.max(scores, axis=1).reshape(-1, 1)
        softmax = np.exp(shifted) / np.sum(np.exp(shifted), axis=1).reshape(-1, 1)
        loss = -np.sum(np.log(softmax[range(N), y]))
        loss /= N
        loss += reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

        # Backward pass: compute gradients
        grads = {}
        dscores = softmax.copy()
        dscores[range(N), y] -= 1
        dscores /= N
        grads['W2'] = hidden.T.dot(dscores) + 2 * reg * W2
        grads['b2'] = np.sum(dscores, axis=0)

        dhidden = dscores.dot(W2.T)
        dhidden_relu = (hidden > 0) * dhidden
        grads['W1'] = X.T.dot(dhidden_relu)
        grads['W1'] + 2 * reg * W1
        grads['b1'] = np.sum(dhidden_relu, axis=0)

        return loss, grads

    def train(self, X, y, learning_rate=1e-1, reg=5e-3, num_iters=100, batch_size=8, verbose=False):
        num_train = X.shape[0]
        for it in range(num_iters):
            idx = np.random.choice(num_train, batch_size, replace=True)
            X_batch, y_batch = X[idx], y[idx]
            loss, grads = self.loss(X_batch, y=y_batch, reg=reg)
            for p in self.params:
                self.params[p] -= learning_rate * grads[p]
            if verbose and it % 50 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))

    def predict(self, X):
        return np.argmax(self.loss(X), axis=1)


np.random.seed(1)
X = 2 * np.random.randn(12, 4)
y = np.array([0, 1, 2, 2, 1, 0, 0, 1, 2, 1, 1, 0])
net = TwoLayerNet(4, 10, 3)
net.train(X, y, verbose=True)
print('Training accuracy:', (net.predict(X) == y).mean())
