import numpy as np

def compute_cost(X, y, theta):
    m = len(y)
    predictions = X.dot(theta)
    square_err = (predictions - y)**2
    return 1/(2*m) * np.sum(square_err)

def gradient_descent(X, y, theta, alpha, num_iters):
    m = len(y)
    J_history = []
    for i in range(num_iters):
        predictions = X.dot(theta)
        error = np.dot(X.transpose(), (predictions - y)**2)
        descent = alpha * 1/m * error
        theta -= descent
        J_history.append(compute_cost(X, y, theta))
    return theta, J_history

rng = np.random.RandomState(4)
data = rng.rand(25, 2) * [3, 2]
m = data.shape[0]
X = np.append(np.ones((m, 1)), data, axis=1)
y = (1.5 + data @ np.array([2.0, -1.0]) + 0.1 * rng.randn(m)).reshape(m, 1)
theta = np.zeros((3, 1))
theta, J_history = gradient_descent(X, y, theta, 0.01, 1500)
print("h(x) =", str(round(theta[0,0],2)) + " + " + str(round(theta[1,0],2)) + "x1")
