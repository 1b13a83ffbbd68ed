import numpy as np

#input array
X=np.array([[1,0,1,0],[1,0,1,1],[0,1,0,1]])

#output
y=np.array([[1],[1],[0]])

#sigmoid function
def sigmoid (x):
    return 1/(1 + np.exp(-x))

#derivative of sigmoid function
def derivatives_sigmoid(x):
    return sigmoid(x) * (1 - sigmoid(x))

#variable initialization
np.random.seed(10)
epoch=5000 #setting training iterations
lr=0.1 #setting learning rate
inputlayer_neurons = X.shape[1] #number of features in data set
hiddenlayer_neurons = 3 #number of hidden layers neurons
output_neurons = 1 #number of neurons at output layer

#weight and bias initialization
wh=np.random.uniform(size=(inputlayer_neurons,hiddenlayer_neurons))
bh=np.random.uniform(size=(1,hiddenlayer_neurons))
wo=np.random.uniform(size=(hiddenlayer_neurons,output_neurons))
bo=np.random.uniform(size=(1,output_neurons))

for i in range(epoch):

    #forward propogation
    hidden_layer_input1=np.dot(X,wh)
    hidden_layer_input=hidden_layer_input1 + bh
    hiddenlayer_activations = sigmoid(hidden_layer_input)
    output_layer_input1=np.dot(hiddenlayer_activations,wo)
    output_layer_input= output_layer_input1+ bo
    output = sigmoid(output_layer_input)

    #backpropagation
    E = y-output
    slope_output_layer = derivatives_sigmoid(output)
    slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)
    d_output = E * slope_output_layer
    Error_at_hidden_layer = d_output.dot(wo.T)
    d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer
    wo += hiddenlayer_activations.T.dot(d_output) *lr
    bo += np.sum(d_output, axis=0,keepdims=True) *lr
    wh += X.T.dot(d_hiddenlayer) *lr
    bh += np.sum(d_hiddenlayer, axis=0,keepdims=True) *lr

print (output)
