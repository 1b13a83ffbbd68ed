import numpy as np

def sigmoid(scores):
    return 1 / (1 + np.exp(-scores))

def log_likelihood(features, target, weights):
    scores = np.dot(features, weights)
    ll = np.sum(target * scores - np.log(1 + np.exp(scores)))
    return ll

np.random.seed(12)
num_observations = 15
x1 = np.random.multivariate_normal([0, 0], [[1, .75], [.75, 1]], num_observations)
x2 = np.random.multivariate_normal([1, 3], [[1, .75], [.75, 1]], num_observations)
features = np.vstack((x1, x2))
target = np.hstack((np.zeros(num_observations), np.ones(num_observations)))

# add intercept
intercept = np.ones((features.shape[0], 1))
features = np.hstack((intercept, features))
weights = np.zeros(features.shape[1])

for step in range(20000):
    scores = np.dot(features, weights)
    predictions = sigmoid(scores)

    # Update weights with gradient
    output_error_signal = target - predictions
    gradient = np.dot(features.T, output_error_signal)
    weights += 5e-3 * gradient

    # Print log-likelihood every so often
    if step % 5000 == 0:
        print(log_likelihood(features, target, weights))

print(weights)
