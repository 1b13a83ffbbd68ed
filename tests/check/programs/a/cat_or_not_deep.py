import numpy as np

NN_ARCHITECTURE = [
    {"input_dim": 3, "output_dim": 5, "activation": "relu"},
    {"input_dim": 5, "output_dim": 1, "activation": "sigmoid"},
]

def init_layers(nn_architecture, seed=99):
    np.random.seed(seed)
    params_values = {}
    for idx, layer in enumerate(nn_architecture):
        layer_idx = idx + 1
        params_values['W' + str(layer_idx)] = np.random.randn(layer["output_dim"], layer["input_dim"]) * 0.5
        params_values['b' + str(layer_idx)] = np.random.randn(layer["output_dim"], 1) * 0.1
    return params_values

def sigmoid(Z):
    return 1/(1+np.exp(-Z))

def relu(Z):
    return np.maximum(0,Z)

def sigmoid_backward(dA, Z):
    sig = sigmoid(Z)
    return dA * sig * (1 - sig)

def relu_backward(dA, Z):
    dZ = np.array(dA, copy = True)
    dZ[Z <= 0] = 0
    return dZ

ACT = {"relu": (relu, relu_backward), "sigmoid": (sigmoid, sigmoid_backward)}

def full_forward(X, params_values):
    memory = {}
    A_curr = X
    for idx, layer in enumerate(NN_ARCHITECTURE):
        layer_idx = idx + 1
        A_prev = A_curr
        W_curr = params_values["W" + str(layer_idx)]
        b_curr = params_values["b" + str(layer_idx)]
        Z_curr = np.dot(W_curr, A_prev) + b_curr
        A_curr = ACT[layer["activation"]][0](Z_curr)
        memory["A" + str(idx)] = A_prev
        memory["Z" + str(layer_idx)] = Z_curr
    return A_curr, memory

def get_cost_value(Y_hat, Y):
    m = Y_hat.shape[1]
    cost = -1 / m * (np.dot(Y, np.log(Y_hat).T) + np.dot(1 - Y, np.log(1 - Y_hat).T))
    return np.squeeze(cost)

def full_backward(Y_hat, Y, memory, params_values):
    grads_values = {}
    dA_prev = - (np.divide(Y, Y_hat) + np.divide(1 - Y, 1 - Y_hat))

    for layer_idx_prev, layer in reversed(list(enumerate(NN_ARCHITECTURE))):
        layer_idx_curr = layer_idx_prev + 1
        dA_curr = dA_prev
        A_prev = memory["A" + str(layer_idx_prev)]
        Z_curr = memory["Z" + str(layer_idx_curr)]
        W_curr = params_values["W" + str(layer_idx_curr)]

        m = A_prev.shape[1]
        dZ_curr = ACT[layer["activation"]][1](dA_curr, Z_curr)
        grads_values["dW" + str(layer_idx_curr)] = np.dot(dZ_curr, A_prev.T) / m
        grads_values["db" + str(layer_idx_curr)] = np.sum(dZ_curr, axis=1, keepdims=True) / m
        dA_prev = np.dot(W_curr.T, dZ_curr)

    return grads_values

def update(params_values, grads_values, learning_rate):
    for layer_idx, layer in enumerate(NN_ARCHITECTURE, 1):
        params_values["W" + str(layer_idx)] -= learning_rate * grads_values["dW" + str(layer_idx)]
        params_values["b" + str(layer_idx)] -= learning_rate * grads_values["db" + str(layer_idx)]
    return params_values

X = np.random.RandomState(0).randn(3, 10)
Y = (X[:1] - X[1:2] > 0) * 1.0
p = init_layers(NN_ARCHITECTURE)
for i in range(600):
    Y_hat, memory = full_forward(X, p)
    cost = get_cost_value(Y_hat, Y)
    p = update(p, full_backward(Y_hat, Y, memory, p), 0.02)
    if i % 200 == 0:
        print("Iteration: {:05} - cost: {:.5f}".format(i, cost))
