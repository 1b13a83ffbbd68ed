import numpy as np


def initialize(n_x, n_h, n_y):
    np.random.seed(2)
    return {"W1": np.random.randn(n_h, n_x) * 0.5, "b1": np.zeros((n_h, 1)),
            "W2": np.random.randn(n_y, n_h) * 0.5, "b2": np.zeros((n_y, 1))}


def model_forward(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, (X, Z1, A1, Z2, A2)


def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    np.where(Z <= 0, 0, dZ)
    return dZ


def model_backward(Y, cache, parameters):
    X, Z1, A1, Z2, A2 = cache
    m = Y.shape[1]
    dZ2 = A2 - Y
    grads = {"dW2": np.dot(dZ2, A1.T) / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m}
    dZ1 = relu_backward(np.dot(parameters["W2"].T, dZ2), Z1)
    grads["dW1"] = np.dot(dZ1, X.T) / m
    grads["db1"] = np.sum(dZ1, axis=1, keepdims=True) / m
    return grads


def update_with_momentum(parameters, grads, v, beta, alpha):
    for name in parameters:
        v["d" + name] = beta * v["d" + name] + (1 - beta) * grads["d" + name]
        parameters[name] = parameters[name] - alpha * v["d" + name]
    return parameters, v


X = np.random.RandomState(0).randn(3, 80)
Y = (X[0] ** 2 + X[1] > X[2]).astype(float).reshape(1, -1)
parameters = initialize(3, 8, 1)
v = {"d" + k: np.zeros_like(p) for k, p in parameters.items()}
for i in range(2000):
    A2, cache = model_forward(X, parameters)
    grads = model_backward(Y, cache, parameters)
    parameters, v = update_with_momentum(parameters, grads, v, 0.9, 0.2)
    if i % 500 == 0:
        print("Cost after iteration %i: %f" % (i, -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))))
