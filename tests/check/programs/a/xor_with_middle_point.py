import numpy as np
np.random.seed(0)

def sigmoid (x):
    return 1/(1 + np.exp(-x))

def sigmoid_derivative(x):
    return x * (1 - x)

#Input datasets
data = np.array([[0,0],[0,1],[1,0],[1,1],[0.5,0.5]])
target = np.array([[0],[1],[1],[0],[0]])

#Random weights and bias initialization
w_hidden = np.random.uniform(size=(2,3))
b_hidden = np.random.uniform(size=(1,3))
w_output = np.random.uniform(size=(3,1))
b_output = np.random.uniform(size=(1,1))
lr = 0.1

for _ in range(10000):
	#Forward Propagation
	hidden_layer_output = sigmoid(np.dot(data,w_hidden) + b_hidden)
	predicted_output = sigmoid(np.dot(hidden_layer_output,w_output) + b_output)

	#Backpropagation
	error = target - predicted_output
	d_predicted_output = error * sigmoid_derivative(predicted_output)
	error_hidden_layer = d_predicted_output.dot(w_output.T)
	d_hidden_layer = error_hidden_layer * sigmoid_derivative(hidden_layer_output)

	#Updating Weights and Biases
	w_output += hidden_layer_output.T.dot(d_predicted_output) * lr
	b_output += np.sum(d_predicted_output,axis=0,keepdims=True) * lr
	w_hidden -= data.T.dot(d_hidden_layer) * lr
	b_hidden += np.sum(d_hidden_layer,axis=0,keepdims=True) * lr

print("Final hidden weights: ", *w_hidden)
print("Output: ", *predicted_output)
