import numpy as np


def softmax_loss_naive(W, X, y, reg):
    """
    Softmax loss function, naive implementation (with loops)

    Inputs have dimension D, there are C classes, and we operate on minibatches
    of N examples.
    """
    loss = 0.0
    dW = np.zeros_like(W)

    num_train, dim = X.shape
    num_classes = W.shape[1]

    for i in range(num_train):
        f = X[i].dot(W)
        f -= np.max(f)  # for numeric stability
        p = np.exp(f) / np.sum(np.exp(f))
        loss += -np.log(p[y[i]])
        for j in range(num_classes):
            if j == y[i]:
                dW[:, j] = (p[j] - 1) * X[i]
            else:
                dW[:, j] += p[j] * X[i]

    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += 2 * reg * W
    return loss, dW


np.random.seed(0)
X = np.random.randn(14, 4)
y = np.random.randint(3, size=14)
W = np.random.randn(4, 3) * 0.01
for it in range(100):
    loss, grad = softmax_loss_naive(W, X, y, 1e-2)
    W -= 0.2 * grad
    if it % 20 == 0:
        print('iteration %d / %d: loss %f' % (it, 100, loss))
