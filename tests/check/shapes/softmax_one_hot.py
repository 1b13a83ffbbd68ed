import numpy as np
rng = np.random.default_rng(42)
N, D, H, C = 9, 4, 6, 3
X = rng.standard_normal((N, D))
y = rng.integers(0, C, N)
params = {'W1': 0.1 * rng.standard_normal((D, H)), 'b1': np.zeros(H),
          'W2': 0.1 * rng.standard_normal((H, C)), 'b2': np.zeros((1, C))}
reg, lr = 1e-3, 1e-0
for i in range(200):
    hidden = np.maximum(0, X @ params['W1'] + params['b1'])
    scores = hidden @ params['W2'] + params['b2']
    scores -= np.max(scores, axis=1, keepdims=True)
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    logp = -np.log(probs[range(N), y])
    loss = np.sum(logp) / N + 0.5 * reg * sum(np.sum(params[k] * params[k]) for k in ('W1', 'W2'))
    if i % 20 == 0:
        print("iteration %d: loss %f" % (i, loss))
    dscores = probs.copy()
    dscores[range(N), y] -= 1
    dscores /= N
    grads = {}
    grads['W2'] = hidden.T @ dscores
    grads['b2'] = np.sum(dscores, axis=0, keepdims=True)
    dhidden = dscores @ params['W2'].T
    dhidden[hidden <= 0] = 0
    grads['W1'] = X.T @ dhidden
    grads['b1'] = dhidden.sum(0)
    for k in ['W1', 'W2']:
        grads[k] += reg * params[k]
    for name in params:
        params[name] += -lr * grads[name]
pred = np.argmax(np.maximum(0, X.dot(params['W1']) + params['b1']).dot(params['W2']) + params['b2'], axis=1)
print('training accuracy: %.2f' % (np.mean(pred == y)))
