# backprop without numpy, nested lists
import math
import random

random.seed(2)

def rand_matrix(rows, cols):
    return [[random.uniform(-1, 1) for _ in range(cols)] for _ in range(rows)]

class Net:
    def __init__(self, ni, nh, no):
        self.ni = ni + 1   # +1 for bias node
        self.nh = nh
        self.no = no
        self.ai = [1.0] * self.ni
        self.ah = [1.0] * self.nh
        self.ao = [1.0] * self.no
        self.wi = rand_matrix(self.ni, self.nh)
        self.wo = rand_matrix(self.nh, self.no)

    def update(self, inputs):
        for i in range(self.ni - 1):
            self.ai[i] = inputs[i]
        for j in range(self.nh):
            total = 0.0
            for i in range(self.ni):
                total = total + self.ai[i] * self.wi[i][j]
            self.ah[j] = math.tanh(total)
        for k in range(self.no):
            total = 0.0
            for j in range(self.nh):
                total = total + self.ah[j] * self.wo[j][k]
            self.ao[k] = math.tanh(total)
        return self.ao[:]

    def back_propagate(self, targets, N):
        # calculate error terms for output
        output_deltas = [0.0] * self.no
        for k in range(self.no):
            error = targets[k] - self.ao[k]
            output_deltas[k] = dtanh(self.ao[k]) * error
        # calculate error terms for hidden
        hidden_deltas = [0.0] * self.nh
        for j in range(self.nh):
            error = 0.0
            for k in range(self.no):
                error = error + output_deltas[k] * self.wo[k][j]
            hidden_deltas[j] = dtanh(self.ah[j]) * error
        # update output weights
        for j in range(self.nh):
            for k in range(self.no):
                change = output_deltas[k] * self.ah[j]
                self.wo[j][k] = self.wo[j][k] + N * change
        # update input weights
        for i in range(self.ni):
            for j in range(self.nh):
                change = hidden_deltas[j] * self.ai[i]
                self.wi[i][j] = self.wi[i][j] + N * change
        # calculate error
        error = 0.0
        for k in range(len(targets)):
            error = error + 0.5 * (targets[k] - self.ao[k]) ** 2
        return error

    def train(self, patterns, iterations=1000, N=0.5):
        for i in range(iterations):
            error = 0.0
            for inputs, targets in patterns:
                self.update(inputs)
                error = error + self.back_propagate(targets, N)
            if i % 100 == 0:
                print('error %-.5f' % error)

# derivative of our sigmoid, in terms of the output (i.e. y)
def dtanh(y):
    return 1.0 - y ** 2

pat = [[[0, 0.5], [0, 1]], [[0.3, 1], [1, 0]], [[1, 0], [1, 0.5]], [[1, 1], [0, 0]]]
n = Net(2, 2, 2)
n.train(pat)
