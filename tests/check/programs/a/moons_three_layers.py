# Three layer network for wine-like data
import numpy as np
np.random.seed(0)

def softmax(z):
    #Calculate exponent term first
    exp_scores = np.exp(z)
    return exp_scores / np.sum(exp_scores, axis=1, keepdims=True)

def softmax_loss(y, y_hat):
    # Clipping value
    minval = 0.000000000001
    m = y.shape[0]
    # Loss formula - note that np.sum sums up the entire matrix and therefore does the job of two sums from the formula
    loss = -1/m * np.sum(y * np.log(y_hat.clip(min=minval)))
    return loss

def loss_derivative(y, y_hat):
    return (y_hat - y)

def tanh_derivative(x):
    return (1 - np.power(x, 2))

# This is the forward propagation function
def forward_prop(model, a0):
    W1, b1, W2, b2, W3, b3 = model['W1'], model['b1'], model['W2'], model['b2'], model['W3'], model['b3']
    z1 = a0.dot(W1) + b1
    a1 = np.tanh(z1)
    z2 = a1.dot(W2) + b2
    a2 = np.tanh(z2)
    z3 = a2.dot(W3) + b3
    a3 = softmax(z3)
    cache = {'a0': a0, 'z1': z1, 'a1': a1, 'z2': z2, 'a2': a2, 'a3': a3, 'z3': z3}
    return cache

# This is the BACKWARD PROPAGATION function
def backward_prop(model, cache, y):
    W1, b1, W2, b2, W3, b3 = model['W1'], model['b1'], model['W2'], model['b2'], model['W3'], model['b3']
    a0, a1, a2, a3 = cache['a0'], cache['a1'], cache['a2'], cache['a3']
    m = y.shape[0]

    # Calculate loss derivative with respect to output
    dz3 = loss_derivative(y=y, y_hat=a3)
    dW3 = 1/m*(a2.T).dot(dz3)
    db3 = 1/m*np.sum(dz3, axis=0)

    dz2 = np.multiply(dz3.dot(W3.T), tanh_derivative(a1))
    dW2 = 1/m*np.dot(a1.T, dz2)
    db2 = 1/m*np.sum(dz2, axis=0)

    dz1 = np.multiply(dz2.dot(W2.T), tanh_derivative(a1))
    dW1 = np.dot(a0.T, dz1)
    db1 = 1/m*np.sum(dz1, axis=0)

    grads = {'dW3': dW3, 'db3': db3, 'dW2': dW2, 'db2': db2, 'dW1': dW1, 'db1': db1}
    return grads

def initialize_parameters(nn_input_dim, nn_hdim, nn_output_dim):
    W1 = 2 * np.random.randn(nn_input_dim, nn_hdim) - 1
    b1 = np.zeros((1, nn_hdim))
    W2 = 2 * np.random.randn(nn_hdim, nn_hdim) - 1
    b2 = np.zeros((1, nn_hdim))
    W3 = 2 * np.random.rand(nn_hdim, nn_output_dim) - 1
    b3 = np.zeros((1, nn_output_dim))
    return {'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2, 'W3': W3, 'b3': b3}

def update_parameters(model, grads, learning_rate):
    for key in model:
        model[key] = model[key] - learning_rate * grads['d' + key]
    return model

losses = []
def train(model, X_, y_, learning_rate, epochs=2001, print_loss=False):
    for i in range(0, epochs):
        cache = forward_prop(model, X_)
        grads = backward_prop(model, cache, y_)
        model = update_parameters(model=model, grads=grads, learning_rate=learning_rate)
        if print_loss and i % 100 == 0:
            print('Loss after iteration', i, ':', softmax_loss(y_, cache['a3']))
    return model

X = np.random.randn(12, 3)
T = np.eye(4)[np.random.randint(0, 4, 12)]
model = initialize_parameters(3, 5, 4)
model = train(model, X, T, learning_rate=0.07, epochs=900, print_loss=True)
