import numpy as np

class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-2, reg=1e-2, num_iters=100, batch_size=20, verbose=False):
        num_train, dim = X.shape
        num_classes = np.max(y) + 1
        if self.W is None:
            self.W = 0.1 * np.random.randn(dim, num_classes)
        loss_history = []
        for it in range(num_iters):
            idx = np.random.choice(num_train, batch_size, replace=True)
            X_batch, y_batch = X[idx], y[idx]
            loss, grad = self.loss(X_batch, y_batch, reg)
            loss_history.append(loss)
            self.W -= learning_rate * grad
            if verbose and it % 20 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))
        return loss_history

    def loss(self, X_batch, y_batch, reg):
        raise NotImplementedError

class LinearSVM(LinearClassifier):
    """ A subclass that uses the Multiclass SVM loss function """
    def loss(self, X, y, reg):
        n = X.shape[0]
        scores = X @ self.W
        correct = scores[np.arange(n), y][:, np.newaxis]
        margins = np.maximum(0, scores - correct + 1)
        margins[np.arange(n), y] = 0
        loss = margins.sum() / n + 0.5 * reg * np.sum(self.W ** 2)
        mask = (margins > 0).astype(float)
        mask[np.arange(n), y] = -mask.sum(axis=1)
        dW = X.T @ mask / n + reg * self.W
        return loss, dW

np.random.seed(1)
X = np.random.randn(60, 6)
y = np.argmax(X[:, :4] + 0.2 * np.random.randn(60, 4), axis=1)
svm = LinearSVM()
svm.train(X, y, verbose=True)
