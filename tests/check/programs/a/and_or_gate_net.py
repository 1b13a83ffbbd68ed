# neural network that learns the OR / AND gates
import numpy as np

sigmoid = lambda x: 1 / (1 + np.exp(-x))
sigmoid_der = lambda s: s * (1 - s)

input_data = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [1, 0, 0]])
expected_output = np.array([[0], [1], [1], [1], [0]])

np.random.seed(42)
weights0 = np.random.uniform(-1, 1, (3, 4))
weights1 = np.random.uniform(-1, 1, (4, 1))

for epoch in range(10000):
    layer0 = input_data
    layer1 = sigmoid(np.dot(layer0, weights0))
    layer2 = sigmoid(np.dot(layer1, weights1))

    if epoch % 2000 == 0:
        print("Error: ", np.mean(np.abs(expected_output - layer2)))

    layer2_delta = (expected_output - layer2) * sigmoid_der(layer2)
    layer1_delta = weights1.T * sigmoid_der(layer1)

    weights1 += layer1.T.dot(layer2_delta)
    weights0 += layer0.T.dot(layer1_delta)
