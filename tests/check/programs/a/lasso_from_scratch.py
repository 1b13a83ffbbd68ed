import numpy as np

# Lasso Regression

class LassoRegression():

	def __init__(self, learning_rate, iterations, l1_penalty):
		self.learning_rate = learning_rate
		self.iterations = iterations
		self.l1_penalty = l1_penalty

	def fit(self, X, Y):
		self.m, self.n = X.shape
		self.W = np.zeros(self.n)
		self.b = 0
		self.X = X
		self.Y = Y
		for i in range(self.iterations):
			self.update_weights()
			if i % 250 == 0:
				print(i, self.cost())
		return self

	def cost(self):
		residual = self.Y - self.predict(self.X)
		return np.sum(residual ** 2) / self.m + self.l1_penalty * np.sum(np.abs(self.W))

	def update_weights(self):
		Y_pred = self.predict(self.X)

		# calculate gradients
		dW = np.zeros(self.n)
		for j in range(self.n):
			if self.W[j] > 0:
				dW[j] = (-(2 * (self.X[:, j]).dot(self.Y - Y_pred)) / self.m + self.l1_penalty)
			else:
				dW[j] = (-(2 * (self.X[:, j]).dot(self.Y - Y_pred)) / self.m + self.l1_penalty)
		db = - 2 * np.sum(self.Y - Y_pred) / self.m

		# update weights
		self.W = self.W - self.learning_rate * dW
		self.b = self.b - self.learning_rate * db
		return self

	def predict(self, X):
		return X.dot(self.W) + self.b

rng = np.random.RandomState(9)
X = rng.randn(20, 4)
Y = X.dot(np.array([2.0, 0.0, -1.5, 0.0])) + 0.7 + rng.randn(20) * 0.1
model = LassoRegression(iterations=1000, learning_rate=0.01, l1_penalty=0.4).fit(X, Y)
print("Trained W", np.round(model.W, 2), "b", round(model.b, 2))
