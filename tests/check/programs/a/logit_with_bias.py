import numpy as np

class LogisticRegression():

    def __init__(self, lr=0.001, n_iters=1000):
        self.lr = lr
        self.n_iters = n_iters
        self.weights = None
        self.bias = None

    def sigmoid(self, x):
        return 1/(1+np.exp(-x))

    def _one_step(self, X, y):
        n_samples = X.shape[0]
        linear_pred = np.dot(X, self.weights) + self.bias
        predictions = self.sigmoid(linear_pred)

        dw = (1/n_samples) * np.dot(X.T, (predictions - y))
        db = (1/n_samples) * np.sum(y-predictions)

        self.weights = self.weights - self.lr*dw
        self.bias = self.bias - self.lr*db
        return -np.mean(y*np.log(predictions) + (1-y)*np.log(1-predictions))

    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.weights = np.zeros(n_features)
        self.bias = 0

        for i in range(self.n_iters):
            loss = self._one_step(X, y)
            if i % 200 == 0:
                print("loss:", loss)

    def predict(self, X):
        y_pred = self.sigmoid(np.dot(X, self.weights) + self.bias)
        return [0 if p <= 0.5 else 1 for p in y_pred]

np.random.seed(1234)
X = np.random.randn(30, 4)
y = (X[:, 0] - X[:, 3] > 0.7).astype(int)
clf = LogisticRegression(lr=0.05)
clf.fit(X, y)
print("accuracy:", np.sum(clf.predict(X) == y) / len(y))
