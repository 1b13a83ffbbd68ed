import numpy as np

def svm_loss_naive(W, X, y, reg):
    """
    Structured SVM loss function, naive implementation (with loops).

    Inputs have dimension D, there are C classes, and we operate on minibatches of N examples.
    """
    dW = np.zeros(W.shape) # initialize the gradient as zero
    num_classes = W.shape[1]
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1 # note delta = 1
            if margin > 0:
                loss += margin
                dW[:, y[i]] -= X[i]
                dW[:, j] += X[i]
    # Right now the loss is a sum over all training examples, but we want it to be an average instead
    loss /= num_train
    dW /= num_train
    # Add regularization to the loss.
    loss += reg * np.sum(W * W)
    dW += reg * W
    return loss, dW

np.random.seed(231)
X = np.random.randn(30, 4)
X = np.hstack([X, np.ones((30, 1))])
y = np.random.randint(0, 3, size=30)
W = np.random.randn(5, 3) * 0.1
for it in range(300):
    loss, grad = svm_loss_naive(W, X, y, 0.05)
    W -= 0.01 * grad
    if it % 100 == 0:
        print('iteration %d / 300: loss %f' % (it, loss))
