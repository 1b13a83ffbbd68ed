import numpy as np

np.random.seed(1)

def sigmoid(x):
    return 1/(1+np.exp(-x))

def relu(x):
    return np.maximum(0,x)

def forward_with_dropout(X, parameters, keep_prob = 0.5):
    # retrieve parameters
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]

    # LINEAR -> RELU -> LINEAR -> SIGMOID
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    D1 = np.random.rand(A1.shape[0], A1.shape[1])     # Step 1: initialize matrix D1
    D1 = (D1 < keep_prob).astype(int)                 # Step 2: convert entries of D1 to 0 or 1
    A1 = A1 * D1                                      # Step 3: shut down some neurons of A1
    A1 = A1 / keep_prob                               # Step 4: scale the value of neurons that haven't been shut down
    Z2 = np.dot(W2, A1) + b2
    A2 = sigmoid(Z2)

    cache = (Z1, D1, A1, W1, b1, Z2, A2, W2, b2)
    return A2, cache

def backward_with_dropout(X, Y, cache, keep_prob):
    m = X.shape[1]
    (Z1, D1, A1, W1, b1, Z2, A2, W2, b2) = cache

    dZ2 = A2 - Y
    dW2 = 1./m * np.dot(dZ2, A1.T)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dA1 = dA1 * D1                              # apply mask D1 to shut down the same neurons
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * np.dot(dZ1, X.T)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)

    return {"dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}

X = np.random.randn(3, 11)
Y = np.vstack([X[0] > 0, X[1] + X[2] > 0]).astype(int)
parameters = {"W1": np.random.randn(6, 3), "b1": np.zeros((6, 1)), "W2": np.random.randn(2, 6), "b2": np.zeros((2, 1))}
keep_prob = 0.8
for i in range(1000):
    A2, cache = forward_with_dropout(X, parameters, keep_prob)
    if i % 200 == 0:
        print("cost", -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / X.shape[1])
    grads = backward_with_dropout(X, Y, cache, keep_prob)
    for name in ("W1", "b1", "W2", "b2"):
        parameters[name] = parameters[name] - 0.1 * grads["d" + name]
