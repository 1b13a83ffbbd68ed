import numpy as np
data = [[1, 1, 1], [4, 2, 0], [2, 4, 1], [5, 1, 0], [1.5, 3, 1]]
w1 = np.random.randn()
w2 = np.random.randn()
b = np.random.randn()
def sigmoid(x): return 1 / (1 + np.exp(-x))
def sigmoid_p(x): return sigmoid(x) * (1 - sigmoid(x))
costs = []
for i in range(1000):
    ri = np.random.randint(len(data))
    point = data[ri]
    z = point[0] * w1 + point[1] * w2 + b
    pred = sigmoid(z)
    target = point[2]
    cost = np.square(pred - target)
    dcost_pred = 2 * (pred - target)
    dpred_dz = sigmoid_p(z)
    dz_dw1, dz_dw2, dz_db = point[0], point[1], 1
    dcost_dz = dcost_pred * dpred_dz
    w1 = w1 - 0.2 * dcost_dz * dz_dw1
    w2 = w2 - 0.2 * dcost_dz * dz_dw2
    b = b - 0.2 * dcost_dz * dz_db
    if i % 100 == 0:
        cost_sum = 0
        for j in range(len(data)):
            p = sigmoid(data[j][0] * w1 + data[j][1] * w2 + b)
            cost_sum += np.square(p - data[j][2])
        costs.append(cost_sum / len(data))
print(costs)
