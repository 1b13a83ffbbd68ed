import numpy as np

class NeuralNet:
    def __init__(self, n_in=2, n_hid=4, n_out=2, rate=0.5):
        np.random.seed(99)
        self.__w_ih = np.random.normal(0.0, n_hid ** -0.5, (n_hid, n_in))
        self.__w_ho = np.random.normal(0.0, n_out ** -0.5, (n_out, n_hid))
        self.__b_h = np.random.normal(size=(n_hid, 1))
        self.__b_o = np.random.normal(size=(n_out, 1))
        self.rate = rate

    @staticmethod
    def _act(v):
        return 1.0 / (1.0 + np.exp(-v))

    @staticmethod
    def _act_der(o):
        return o * (1.0 - o)

    def query(self, inputs_list):
        inputs = np.array(inputs_list, ndmin=2).T
        hidden = self._act(self.__w_ih @ inputs + self.__b_h)
        return self._act(self.__w_ho @ hidden + self.__b_o)

    def train(self, inputs_list, targets_list):
        # convert inputs list to 2d array
        inputs = np.array(inputs_list, ndmin=2).T
        targets = np.array(targets_list, ndmin=2).T
        hidden_outputs = self._act(np.dot(self.__w_ih, inputs) + self.__b_h)
        final_outputs = self._act(np.dot(self.__w_ho, hidden_outputs) + self.__b_o)

        # output layer error is the (target - actual)
        output_errors = targets - final_outputs
        output_grad = output_errors * self._act_der(final_outputs)
        # hidden layer error is the output error, split by weights, recombined at hidden nodes
        hidden_errors = np.dot(self.__w_ho.T, output_errors)
        hidden_grad = hidden_errors * self._act_der(hidden_outputs)

        self.__w_ho += self.rate * np.dot(output_grad, hidden_outputs.T)
        self.__b_o += self.rate * output_grad
        self.__w_ih += self.rate * np.dot(hidden_grad, inputs.T)
        self.__b_h += self.rate * hidden_grad

net = NeuralNet()
table = [([0, 0], [0, 0]), ([0, 1], [1, 0]), ([1, 0], [1, 0]), ([1, 1], [0, 1])]    # xor, and
for e in range(5000):
    a, t = table[np.random.randint(len(table))]
    net.train(a, t)
for a, t in table:
    print(a, t, np.round(net.query(a).ravel(), 3))
