import numpy as np

def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)  # initialize the gradient as zero
    num_classes = W.shape[1]
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1  # note delta = 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]

    loss /= num_train
    dW /= num_train
    loss += reg * np.sum(W * W)
    dW += reg * 2 * W
    return loss, dW

np.random.seed(5)
X = np.random.randn(13, 5)
y = np.random.randint(0, 4, 13)
W = np.random.randn(5, 4) * 0.0001
for k in range(60):
    loss, grad = svm_loss_naive(W, X, y, 0.0005)
    W = W - 0.1 * grad
    if k % 20 == 0:
        print(loss)
