import math
class Neuron:
    def __init__(self, bias):
        self.bias = bias
        self.weights = []
    def calculate_output(self, inputs):
        self.inputs = inputs
        self.output = self.squash(self.calculate_total_net_input())
        return self.output
    def calculate_total_net_input(self):
        total = 0
        for i in range(len(self.inputs)):
            total += self.inputs[i] * self.weights[i]
        return total + self.bias
    def squash(self, total_net_input):
        return 1 / (1 + math.exp(-total_net_input))
    def calculate_error(self, target_output):
        return 0.5 * (target_output - self.output) ** 2
    def pd_error_wrt_net(self, target):
        return self.pd_error_wrt_output(target) * self.pd_net_wrt_input()
    def pd_error_wrt_output(self, target): return -(target - self.output)
    def pd_net_wrt_input(self): return self.output * (1 - self.output)
    def pd_net_wrt_weight(self, index): return self.inputs[index]

class NeuronLayer:
    def __init__(self, num, bias):
        self.bias = bias if bias else .5
        self.neurons = []
        for i in range(num):
            self.neurons.append(Neuron(self.bias))
    def feed_forward(self, inputs):
        return [n.calculate_output(inputs) for n in self.neurons]

class NeuralNetwork:
    LEARNING_RATE = 0.5
    def __init__(self, ni, nh, no, hw, hb, ow, ob):
        self.num_inputs = ni
        self.hidden_layer, self.output_layer = NeuronLayer(nh, hb), NeuronLayer(no, ob)
        k = 0
        for h in range(nh):
            for i in range(ni):
                self.hidden_layer.neurons[h].weights.append(hw[k]); k += 1
        k = 0
        for o in range(no):
            for h in range(nh):
                self.output_layer.neurons[o].weights.append(ow[k]); k += 1
    def feed_forward(self, inputs):
        return self.output_layer.feed_forward(self.hidden_layer.feed_forward(inputs))
    def train(self, inputs, outputs):
        self.feed_forward(inputs)
        d_out = [0] * len(self.output_layer.neurons)
        for o in range(len(self.output_layer.neurons)):
            d_out[o] = self.output_layer.neurons[o].pd_error_wrt_net(outputs[o])
        d_hid = [0] * len(self.hidden_layer.neurons)
        for h in range(len(self.hidden_layer.neurons)):
            d = 0
            for o in range(len(self.output_layer.neurons)):
                d += d_out[o] * self.output_layer.neurons[o].weights[h]
            d_hid[h] = d * self.hidden_layer.neurons[h].pd_net_wrt_input()
        for o in range(len(self.output_layer.neurons)):
            for wi in range(len(self.output_layer.neurons[o].weights)):
                pd = d_out[o] * self.output_layer.neurons[o].pd_net_wrt_weight(wi)
                self.output_layer.neurons[o].weights[wi] -= self.LEARNING_RATE * pd
        for h in range(len(self.hidden_layer.neurons)):
            for wi in range(len(self.hidden_layer.neurons[h].weights)):
                pd = d_hid[h] * self.hidden_layer.neurons[h].pd_net_wrt_weight(wi)
                self.hidden_layer.neurons[h].weights[wi] -= self.LEARNING_RATE * pd
    def total_error(self, sets):
        total = 0
        for t in range(len(sets)):
            ins, outs = sets[t]
            self.feed_forward(ins)
            for o in range(len(outs)):
                total += self.output_layer.neurons[o].calculate_error(outs[o])
        return total

nn = NeuralNetwork(2, 2, 2, [0.15, 0.2, 0.25, 0.3], 0.35, [0.4, 0.45, 0.5, 0.55], 0.6)
for i in range(10000):
    nn.train([0.05, 0.1], [0.01, 0.99])
    print(i, round(nn.total_error([[[0.05, 0.1], [0.01, 0.99]]]), 9))
