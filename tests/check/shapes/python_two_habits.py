from __future__ import print_function, division
import numpy as np, random, math, string
random.seed(3)
np.set_printoptions(precision=3, suppress=True)
class neuron(object):
    count = 0
    def __init__(self, n):
        self.w = [random.uniform(-0.5, 0.5) for _ in range(n)]
        self.theta = random.gauss(0, .1)
        neuron.count += 1
    def out(self, xs):
        self.xs = xs[:]
        self.net = sum([w * x for (w, x) in zip(self.w, xs)]) + self.theta
        self.o = math.tanh(self.net)
        return self.o
    def learn(self, delta, eta=0.1):
        for i in xrange(len(self.w)):
            self.w[i] += eta * delta * self.xs[i]
        self.theta += eta * delta
try:
    xrange
except NameError:
    xrange = range
hidden = [neuron(2) for k in range(3)]
out = neuron(3)
truth = dict([((a, b), float(a ^ b)) for a in (0, 1) for b in (0, 1)])
keys = list(truth.keys())
errors = {}
for n in xrange(20000):
    x = random.choice(keys)
    y = out.out([h.out(list(x)) for h in hidden])
    e = truth[x] - y
    d = e * (1 - y ** 2)
    hd = []
    for j, h in enumerate(hidden):
        hd.append(d * out.w[j] * (1 - h.o * h.o))
    out.learn(d)
    [h.learn(g) for h, g in zip(hidden, hd)]
    errors[n] = abs(e)
    if n % 1000 == 0:
        print(n, 'err=%s' % round(e ** 2, 5), string.ascii_lowercase[int(abs(e) * 10)], max(errors.values()), pow(e, 2) if e else 0)
print(neuron.count, ' '.join(str(round(w, 4)) for w in out.w), sum(errors.values()) / len(errors), int(y * 100), float('%.3f' % y))
print(repr(out.theta)[:6], out.theta == out.theta, divmod(7.5, 2), math.floor(2.5), isinstance(out.theta, float), abs(-out.theta))
