import numpy as np

class NN:
    def __init__(self, x, y):
        self.input = x
        np.random.seed(33)
        self.weights1 = np.random.rand(self.input.shape[1], 4)
        self.weights2 = np.random.rand(4, 2)
        self.y = y
        self.output = np.zeros(self.y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(np.dot(self.input, self.weights1))
        self.output = sigmoid(np.dot(self.layer1, self.weights2))

    def backprop(self):
        # application of the chain rule to find derivative of the loss function with respect to weights2 and weights1
        d_weights2 = np.dot(self.layer1.T, (2*(self.y - self.output) * sigmoid_derivative(self.output)))
        d_weights1 = np.dot(self.input.T, (np.dot(2*(self.y - self.output), self.weights2.T) * sigmoid_derivative(self.layer1)))

        # update the weights with the derivative (slope) of the loss function
        self.weights1 += d_weights1
        self.weights2 += d_weights2

def sigmoid(t):
    return 1/(1+np.exp(-t))

def sigmoid_derivative(p):
    return p * (1 - p)

X = np.array([[0,0,1],[0,1,1],[1,0,1],[1,1,1],[0.5,0.2,1]])
y = np.array([[0,1],[1,1],[1,0],[0,0],[1,0]])
nn = NN(X, y)
for i in range(1500):
    nn.feedforward()
    if i % 100 == 0:
        print("Loss: " + str(np.mean(np.square(y - nn.output))))
    nn.backprop()
