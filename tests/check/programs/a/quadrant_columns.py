import numpy as np

def sigmoid(z):
    return 1/(1+np.exp(-z))

def forward(X, W1, b1, W2, b2):
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = sigmoid(np.dot(W2, A1) + b2)
    return A1, A2

def backward(X, Y, A1, A2, W2):
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T)/m
    db2 = np.sum(dZ2, axis=1, keepdims=True)/m
    dZ1 = np.dot(W2.T, dZ2)*(1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T)/m
    db1 = np.sum(dZ1, axis=0, keepdims=True)/m
    return dW1, db1, dW2, db2

np.random.seed(2)
X = np.random.randn(2, 8)
Y = (X[:1]*X[1:] > 0).astype(int)
W1 = np.random.randn(5, 2)
b1 = np.zeros((5, 1))
W2 = np.random.randn(1, 5)
b2 = np.zeros((1, 1))

for i in range(1000):
    A1, A2 = forward(X, W1, b1, W2, b2)
    if i % 200 == 0:
        print("Cost after iteration", i, ":", np.mean(-Y*np.log(A2) - (1-Y)*np.log(1-A2)))
    dW1, db1, dW2, db2 = backward(X, Y, A1, A2, W2)
    W1 = W1 - 0.5*dW1
    b1 = b1 - 0.5*db1
    W2 = W2 - 0.5*dW2
    b2 = b2 - 0.5*db2
