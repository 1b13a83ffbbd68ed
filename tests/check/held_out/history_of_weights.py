import numpy as np

def softmax(Z):
    e_Z = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    A = e_Z / e_Z.sum(axis=0)
    return A

np.random.seed(22)
C, d, N = 3, 4, 20
means = [[2, 2, 0], [8, 3, 1], [3, 6, 2]]
X = np.concatenate([np.random.multivariate_normal(m, np.eye(3), N) for m in means], axis=0).T / 5
X = np.concatenate((np.ones((1, 3 * N)), X), axis=0)
original_label = np.asarray([0]*N + [1]*N + [2]*N).T
Y = np.zeros((C, 3 * N))
Y[original_label, np.arange(3 * N)] = 1

def softmax_regression(X, y, W_init, eta, max_count=2000):
    W = [W_init]
    N = X.shape[1]
    count = 0
    while count < max_count:
        # mix data
        mix_id = np.random.permutation(N)
        for i in mix_id:
            xi = X[:, i].reshape(d, 1)
            yi = y[:, i].reshape(C, 1)
            ai = softmax(np.dot(W[-1].T, xi))
            W_new = W[-1] + eta * xi.dot((yi * (1 - ai)).T)
            count += 1
            # stopping criteria
            if count % 20 == 0:
                if np.linalg.norm(W_new - W[-20 % len(W)]) < 1e-4:
                    return W
            W.append(W_new)
    return W

W_init = np.random.randn(d, C)
W = softmax_regression(X, Y, W_init, .05)
print(W[-1])
