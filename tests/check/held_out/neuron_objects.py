import random
import math

class NeuralNetwork:
    LEARNING_RATE = 0.5

    def __init__(self, num_inputs, num_hidden, num_outputs, hidden_layer_bias=0.35, output_layer_bias=0.6):
        self.num_inputs = num_inputs
        self.hidden_layer = NeuronLayer(num_hidden, hidden_layer_bias)
        self.output_layer = NeuronLayer(num_outputs, output_layer_bias)
        for n in self.hidden_layer.neurons:
            n.weights = [random.random() for _ in range(num_inputs)]
        for n in self.output_layer.neurons:
            n.weights = [random.random() for _ in range(num_hidden)]

    def feed_forward(self, inputs):
        return self.output_layer.feed_forward(self.hidden_layer.feed_forward(inputs))

    def train(self, training_inputs, training_outputs):
        self.feed_forward(training_inputs)

        # 1. Output neuron deltas
        pd_out = [0] * len(self.output_layer.neurons)
        for o in range(len(self.output_layer.neurons)):
            pd_out[o] = self.output_layer.neurons[o].calculate_pd_error_wrt_total_net_input(training_outputs[o])

        # 2. Hidden neuron deltas
        pd_hidden = [0] * len(self.hidden_layer.neurons)
        for h in range(len(self.hidden_layer.neurons)):
            d_error = 0
            for o in range(len(self.output_layer.neurons)):
                d_error += pd_out[o] * self.output_layer.neurons[o].weights[h]
            pd_hidden[h] = d_error * self.hidden_layer.neurons[h].calculate_pd_total_net_input_wrt_input()

        # 3. Update output neuron weights
        for o in range(len(self.output_layer.neurons)):
            for w_ho in range(len(self.output_layer.neurons[o].weights)):
                pd_weight = pd_out[o] * self.output_layer.neurons[o].inputs[w_ho]
                self.output_layer.neurons[o].weights[w_ho] -= self.LEARNING_RATE * pd_weight

        # 4. Update hidden neuron weights
        for h in range(len(self.hidden_layer.neurons)):
            for w_ih in range(len(self.hidden_layer.neurons[h].weights)):
                pd_weight = pd_hidden[h] * self.hidden_layer.neurons[h].inputs[w_ih]
                self.hidden_layer.neurons[h].weights[w_ih] -= self.LEARNING_RATE * pd_weight
        self.trained = True

    def calculate_total_error(self, training_sets):
        total_error = 0
        for t in range(len(training_sets)):
            training_inputs, training_outputs = training_sets[t]
            self.feed_forward(training_inputs)
            for o in range(len(training_outputs)):
                total_error += self.output_layer.neurons[o].calculate_error(training_outputs[o])
        return total_error

class NeuronLayer:
    def __init__(self, num_neurons, bias):
        self.neurons = [Neuron(bias) for _ in range(num_neurons)]

    def feed_forward(self, inputs):
        return [neuron.calculate_output(inputs) for neuron in self.neurons]

class Neuron:
    def __init__(self, bias):
        self.bias = bias
        self.weights = []

    def calculate_output(self, inputs):
        self.inputs = inputs
        self.output = self.squash(sum(i * w for i, w in zip(inputs, self.weights)) + self.bias)
        return self.output

    def squash(self, total_net_input):
        return 1 / (1 + math.exp(-total_net_input))

    def calculate_pd_error_wrt_total_net_input(self, target_output):
        return self.calculate_pd_error_wrt_output(target_output) * self.calculate_pd_total_net_input_wrt_input()

    def calculate_error(self, target_output):
        return 0.5 * (target_output - self.output) ** 2

    def calculate_pd_error_wrt_output(self, target_output):
        return -(target_output - self.output)

    def calculate_pd_total_net_input_wrt_input(self):
        return self.output * (1 - self.output)

random.seed(3)
nn = NeuralNetwork(2, 3, 2)
for i in range(10000):
    nn.train([0.05, 0.1], [0.01, 0.09])
    if i % 1000 == 0:
        print(i, round(nn.calculate_total_error([[[0.05, 0.1], [0.01, 0.09]]]), 9))
