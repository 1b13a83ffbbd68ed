import numpy as np
w = np.zeros(3)
X = np.eye(3)
y = np.array([1., 2., 3.])
for i in xrange(100):
    e = X.dot(w) - y
    w -= 0.1 * X.T.dot(e)
    if i % 10 == 0:
        print "error", (e ** 2).sum()
