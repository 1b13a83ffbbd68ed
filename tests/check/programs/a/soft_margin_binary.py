import numpy as np


class SVM:

    def __init__(self, learning_rate=0.001, lambda_param=0.01, n_iters=1000):
        self.lr = learning_rate
        self.lambda_param = lambda_param
        self.n_iters = n_iters
        self.w = None
        self.b = None

    def objective(self, X, y):
        margins = np.maximum(0, 1 - y * (X @ self.w - self.b))
        return self.lambda_param * np.sum(self.w ** 2) + np.mean(margins)

    def update(self, x_i, y_i):
        # derivative of  lambda * ||w||^2 + max(0, 1 - y (w.x - b))
        condition = y_i * (np.dot(x_i, self.w) - self.b) >= 1
        if condition:
            self.w -= self.lr * (2 * self.lambda_param * self.w)
        else:
            self.w -= self.lr * (-2 * self.lambda_param * self.w - np.dot(x_i, y_i))
            self.b -= self.lr * y_i

    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.w = np.zeros(n_features)
        self.b = 0.0
        for epoch in range(self.n_iters):
            for idx, x_i in enumerate(X):
                self.update(x_i, y[idx])
            if epoch % 10 == 0:
                print(epoch, self.objective(X, y))

    def predict(self, X):
        return np.sign(np.dot(X, self.w) - self.b)


np.random.seed(40)
X = np.vstack([np.random.randn(8, 3) + 1.2, np.random.randn(8, 3) - 1.2])
y = np.array([1] * 8 + [-1] * 8)
svm = SVM(lambda_param=0.3, n_iters=50)
svm.fit(X, y)
print(svm.w, svm.b)
