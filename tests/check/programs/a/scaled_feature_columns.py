import numpy as np

area = np.array([2.104, 1.600, 2.400, 1.416, 3.000, 1.985, 1.534, 1.427])  # 1000 sq feet
rooms = np.array([3, 3, 3, 2, 4, 4, 3, 3])
prices = np.array([3.99, 3.29, 3.69, 2.32, 5.39, 2.99, 3.14, 1.98])
X = np.c_[area, rooms]
X_scaled = (X - X.mean(axis=0)) / X.std(axis=0)

w, b = np.zeros(2), 0.0
N = len(prices)
for epoch in range(500):
    guess = X_scaled @ w + b
    error = prices - guess
    w_grad = -2 / N * X_scaled.T @ error
    b_grad = -2 / N * np.sum(error)
    w, b = w - 0.05 * w_grad, b - 0.05 * b_grad
    if epoch % 100 == 0:
        print("MSE", (error @ error) / N)
print(w, b)
