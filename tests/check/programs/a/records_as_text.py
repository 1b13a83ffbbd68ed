import numpy as np


class Network:
    def __init__(self, n_input, n_hidden, n_output, lr):
        np.random.seed(6)
        self.lr = lr
        self.wih = np.random.normal(0.0, n_hidden ** -0.5, (n_hidden, n_input))
        self.who = np.random.normal(0.0, n_output ** -0.5, (n_output, n_hidden))
        self.f = lambda x: 1 / (1 + np.exp(-x))

    def train(self, inputs_list, targets_list):
        inputs = np.array(inputs_list, ndmin=2).T
        targets = np.array(targets_list, ndmin=2).T
        hidden = self.f(self.wih @ inputs)
        final = self.f(self.who @ hidden)

        output_errors = targets - final
        output_grad = output_errors * final * (1.0 - final)
        hidden_errors = self.who.T @ output_grad

        self.who += self.lr * output_grad @ hidden.T
        self.wih += self.lr * (hidden_errors * hidden * (1.0 - hidden)) @ inputs.T

    def query(self, inputs_list):
        return self.f(self.who @ self.f(self.wih @ np.array(inputs_list, ndmin=2).T))


net = Network(3, 5, 2, 0.2)
rows = ["0,255,100,30", "1,20,210,90", "0,240,130,5", "1,60,180,77"]
for epoch in range(30):
    for record in rows:
        all_values = record.split(',')
        inputs = (np.asarray(all_values[1:], dtype=float) / 255.0 * 0.99) + 0.01
        targets = np.zeros(2) + 0.01
        targets[int(all_values[0])] = 0.99
        net.train(inputs, targets)
print(net.query([0.9, 0.4, 0.1]).ravel())
