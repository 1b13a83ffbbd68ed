import numpy as np

def sigmoid(x):
    return 1/(1+np.exp(-x))

def sigmoid_der(x):
    return sigmoid(x) * (1-sigmoid (x))

np.random.seed(42)
inputs = np.vstack([np.random.randn(6, 2) + np.array([0, -2]), np.random.randn(6, 2) + np.array([2, 2])])
labels = np.array([0]*6 + [1]*6).reshape(12, 1)

wh = np.random.rand(inputs.shape[1], 4)
wz = np.random.rand(4, 1)
lr = 0.5

for epoch in range(2000):
    # feedforward
    zh = np.dot(inputs, wh)
    ah = sigmoid(zh)
    zo = np.dot(ah, wz)
    ao = sigmoid(zo)

    # Phase1
    error_out = ((1 / 2) * (np.power((ao - labels), 2)))
    if epoch % 500 == 0:
        print(error_out.sum())

    dcost_dao = ao - labels
    dao_dzo = sigmoid_der(zo)
    dzo_dwo = ah
    dcost_wo = np.dot(dzo_dwo.T, dcost_dao * dao_dzo)

    # Phase 2
    # dcost_w1 = dcost_dah * dah_dzh * dzh_dw1
    # dcost_dah = dcost_dzo * dzo_dah
    dcost_dzo = dcost_dao * dao_dzo
    dzo_dah = wz
    dcost_dah = np.dot(dcost_dzo, dzo_dah)
    dah_dzh = sigmoid_der(zh)
    dzh_dwh = inputs
    dcost_wh = np.dot(dzh_dwh.T, dah_dzh * dcost_dah)

    # Update Weights
    wh -= lr * dcost_wh
    wz -= lr * dcost_wo
