""" Trains an agent with (stochastic) policy gradients on a toy corridor. """
import numpy as np

# hyperparameters
H = 8 # number of hidden layer neurons
D = 3 # observation
gamma = 0.9 # discount factor for reward
learning_rate = 1e-2
decay_rate = 0.99 # decay factor for RMSProp leaky sum of grad^2

np.random.seed(77)
model = {}
model['W1'] = np.random.randn(H, D) / np.sqrt(D)
model['W2'] = np.random.randn(H) / np.sqrt(H)
grad_buffer = {k: np.zeros_like(v) for k, v in model.items()}
rmsprop_cache = {k: np.zeros_like(v) for k, v in model.items()}

def sigmoid(x):
  return 1.0 / (1.0 + np.exp(-x)) # squashing

def discount_rewards(r):
  """ take 1D float array of rewards and compute discounted reward """
  discounted_r = np.zeros_like(r)
  running_add = 0
  for t in reversed(range(0, r.size)):
    running_add = running_add * gamma + r[t]
    discounted_r[t] = running_add
  return discounted_r

def policy_forward(x):
  h = np.dot(model['W1'], x)
  h[h<0] = 0 # ReLU nonlinearity
  logp = np.dot(model['W2'], h)
  p = sigmoid(logp)
  return p, h # return probability of taking action 2, and hidden state

def policy_backward(eph, epdlogp):
  """ backward pass. (eph is array of intermediate hidden states) """
  dW2 = np.dot(eph.T, epdlogp).ravel()
  dh = np.outer(epdlogp, model['W2'])
  dh[eph <= 0] = 0 # backpro prelu
  dW1 = np.dot(dh.T, epx)
  return {'W1': dW1, 'W2': dW2}

for episode_number in range(50):
  xs, hs, dlogps, drs, acts = [], [], [], [], []
  position = 0.0
  for t in range(10):
    x = np.array([position, np.cos(t), 1.0])
    aprob, h = policy_forward(x)
    action = 2 if np.random.uniform() < aprob else 3 # roll the dice!
    xs.append(x) # observation
    hs.append(h) # hidden state
    y = 1 if action == 2 else 0 # a "fake label"
    acts.append(y)
    dlogps.append(y - aprob) # grad that encourages the action that was taken to be taken
    position += 0.5 if action == 2 else -0.5
    drs.append(1.0 - abs(position - 1.0))

  # stack together all inputs, hidden states, action gradients, and rewards for this episode
  epx = np.vstack(xs)
  eph = np.vstack(hs)
  epdlogp = np.vstack(dlogps)
  epr = np.array(drs)
  discounted_epr = discount_rewards(epr)
  # standardize the rewards to be unit normal (helps control the gradient estimator variance)
  discounted_epr -= np.mean(discounted_epr)
  discounted_epr /= np.std(discounted_epr)

  epdlogp *= discounted_epr[:, None] # modulate the gradient with advantage (PG magic happens right here.)
  grad = policy_backward(eph, epdlogp)
  for k in model: grad_buffer[k] += grad[k] # accumulate grad over batch

  # perform rmsprop parameter update every 5 episodes
  if episode_number % 5 == 4:
    for k, v in model.items():
      g = grad_buffer[k] # gradient
      rmsprop_cache[k] = decay_rate * rmsprop_cache[k] + (1 - decay_rate) * g**2
      model[k] += learning_rate * g / (np.sqrt(rmsprop_cache[k]) + 1e-5)
      grad_buffer[k] = np.zeros_like(v) # reset batch gradient buffer
  print('episode reward total was %f' % epr.sum())
