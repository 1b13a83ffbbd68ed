import numpy as np

features = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 1], [0, 0, 1], [1, 0, 0]])
labels = np.array([[1], [1], [0], [0], [1]])

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

np.random.seed(1)
weights_0_1 = np.random.normal(size=(3, 4))
weights_1_2 = np.random.normal(size=(4, 1))

for i in range(2000):
    layer_1 = sigmoid(features.dot(weights_0_1))
    layer_2 = sigmoid(layer_1.dot(weights_1_2))

    layer_2_error = layer_2 - labels
    layer_2_delta = layer_2_error.dot(layer_2 * (1 - layer_2))
    layer_1_delta = layer_2_delta.dot(weights_1_2.T) * (layer_1 * (1 - layer_1))

    weights_1_2 -= 0.5 * layer_1.T.dot(layer_2_delta)
    weights_0_1 -= 0.5 * features.T.dot(layer_1_delta)

    if i % 500 == 0:
        print(i, np.abs(layer_2_error).mean())
