import numpy as np


def svm_loss_vectorized(W, X, y, reg):
    """
    Structured SVM loss function, vectorized implementation.

    Inputs:
    - W: (D, C) weights
    - X: (N, D) minibatch
    - y: (N,) labels, y[i] = c means that X[i] has label c
    - reg: regularization strength
    """
    loss = 0.0
    num_train = X.shape[0]

    scores = X.dot(W)
    correct = scores[np.arange(num_train), y].reshape(-1, 1)
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(num_train), y] = 0

    loss = np.sum(margins) / num_train
    loss += reg * np.sum(W * W)

    # gradient: every positive margin adds x_i to its column,
    # and takes x_i from the column of the right class
    mask = np.zeros(margins.shape)
    mask[margins > 0] = 1
    mask[np.arange(num_train), y] = -1
    dW = X.T.dot(mask) / num_train
    dW += 2 * reg * W

    return loss, dW


class LinearSVM(object):
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-2, reg=1e-3, num_iters=100, batch_size=10):
        num_train, dim = X.shape
        num_classes = np.max(y) + 1
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, num_classes)
        loss_history = []
        for it in range(num_iters):
            choice = np.random.choice(num_train, batch_size)
            X_batch = X[choice]
            y_batch = y[choice]
            loss, grad = svm_loss_vectorized(self.W, X_batch, y_batch, reg)
            loss_history.append(loss)
            self.W -= learning_rate * grad
        return loss_history

    def predict(self, X):
        return np.argmax(X.dot(self.W), axis=1)


np.random.seed(231)
X = np.hstack([np.random.randn(30, 4), np.ones((30, 1))])  # bias trick
y = np.random.randint(0, 3, 30)
X[np.arange(30), y] += 2
svm = LinearSVM()
history = svm.train(X, y)
W = svm.W
print("loss %.4f -> %.4f" % (history[0], history[-1]))
print("accuracy", np.mean(svm.predict(X) == y))
