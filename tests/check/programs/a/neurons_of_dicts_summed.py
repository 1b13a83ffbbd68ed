from math import exp
from random import random, seed

def new_layer(n_in, n):
    return [{'w': [random() - 0.5 for _ in range(n_in + 1)]} for _ in range(n)]

def forward(net, row):
    x = row
    for layer in net:
        nxt = []
        for neuron in layer:
            s = neuron['w'][-1]
            for wi, xi in zip(neuron['w'], x):
                s += wi * xi
            neuron['out'] = 1.0 / (1.0 + exp(-s))
            nxt.append(neuron['out'])
        x = nxt
    return x

def backward(net, expected):
    for i in reversed(range(len(net))):
        layer = net[i]
        errors = []
        if i == len(net) - 1:
            for j, neuron in enumerate(layer):
                errors.append(neuron['out'] - expected[j])
        else:
            for j in range(len(layer)):
                errors.append(sum(nxt['w'][j] * nxt['delta'] for nxt in net[i + 1]))
        for neuron, error in zip(layer, errors):
            neuron['delta'] = error * neuron['out'] * (1.0 - neuron['out'])

def update(net, row, rate):
    x = row
    for layer in net:
        for neuron in layer:
            for j in range(len(x)):
                neuron['w'][j] -= rate * neuron['delta'] * x[j]
            neuron['w'][-1] -= rate * neuron['delta']
        x = [neuron['out'] for neuron in layer]

seed(2)
net = [new_layer(3, 2), new_layer(2, 3)]
data = [([random() for _ in range(3)], k % 3) for k in range(9)]
for epoch in range(20):
    sum_error = 0
    for row, label in data:
        expected = [1 if k == label else 0 for k in range(3)]
        out = forward(net, row)
        sum_error += sum((e - o) ** 2 for e, o in zip(expected, out))
        backward(net, expected)
        update(net, row, 0.4)
    print('>epoch=%d, error=%.3f' % (epoch, sum_error))
