import numpy as np

# sigmoid; with deriv=True its derivative (x has been through the sigmoid already)
def nonlin(x, deriv=False):
    if deriv:
        return x*(1-x)
    return 1/(1+np.exp(-x))

X = np.array([  [0,0,1,0],
                [0,1,1,1],
                [1,0,1,0],
                [1,1,1,1],
                [0,1,0,1],
                [1,0,0,0] ])
y = np.array([[0,0,1,1,0,1]]).T

np.random.seed(1)
syn0 = 2*np.random.random((4,3)) - 1
syn1 = 2*np.random.random((3,1)) - 1

for iter in range(10000):
    l0 = X
    l1 = nonlin(np.dot(l0,syn0))
    l2 = nonlin(np.dot(l1,syn1))

    l2_error = y - l2
    l2_delta = l2_error * nonlin(l2,True)
    l1_error = np.dot(l2_delta, syn1.T)
    l1_delta = l1_error * nonlin(l1)

    # update weights
    syn1 += np.dot(l1.T,l2_delta)
    syn0 += np.dot(l0.T,l1_delta)

    if iter % 2000 == 0:
        print("Mean error", np.mean(np.abs(l2_error)))

print("Output After Training:")
print(l2)
