import numpy as np

def sigmoid(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T
np.random.seed(1)
syn0 = 2 * np.random.random((3, 5)) - 1
syn1 = 2 * np.random.random((5, 1)) - 1
for iter in range(60000):
    l1 = sigmoid(X.dot(syn0))
    l2 = sigmoid(l1.dot(syn1))
    l2_error = y - l2
    if iter % 10000 == 0:
        print("Error:", str(np.mean(np.abs(l2_error))))
    l2_delta = l2_error * sigmoid(l2, deriv=True)
    l1_delta = l2_delta.dot(syn1.T) * sigmoid(l1, True)
    syn1 += l1.T.dot(l2_delta)
    syn0 += X.T.dot(l1_delta)
print("Output after training\n", l2)
