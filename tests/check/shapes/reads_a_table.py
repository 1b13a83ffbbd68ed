import csv, sys, logging
from collections import defaultdict, deque, namedtuple, OrderedDict
from functools import reduce, wraps, lru_cache
import numpy as np

logging.basicConfig(level=logging.INFO)

def load_csv(filename):
    dataset = list()
    with open(filename, 'r') as file:
        for row in csv.reader(file):
            if not row:
                continue
            dataset.append(row)
    return dataset

def str_column_to_float(dataset, column):
    for row in dataset:
        row[column] = float(row[column].strip())

def minmax(dataset):
    return [[min(column), max(column)] for column in zip(*dataset)]

def normalize(dataset, mm):
    for row in dataset:
        for i in range(len(row) - 1):
            row[i] = (row[i] - mm[i][0]) / (mm[i][1] - mm[i][0])

def timed(f):
    @wraps(f)
    def inner(*args, **kwargs):
        calls[f.__name__] += 1
        return f(*args, **kwargs)
    return inner

calls = defaultdict(int)
data = load_csv('flowers.csv')
for i in range(len(data[0])):
    str_column_to_float(data, i)
normalize(data, minmax(data))
table = np.genfromtxt('flowers.csv', delimiter=',')
Batch = namedtuple('Batch', 'x t')

class Net:
    __slots__ = ('w', 'b', '_lr', 'trace')
    def __init__(self, n, *, lr=0.3):
        self.w = [0.1 * (i + 1) for i in range(n)]
        self.b = 0.0
        self._lr = lr
        self.trace = deque(maxlen=3)
    @property
    def lr(self): return self._lr
    @lr.setter
    def lr(self, value):
        if value < 0: raise ValueError
        self._lr = value
    @timed
    def predict(self, x):
        z = reduce(lambda a, b: a + b, map(lambda p: p[0] * p[1], zip(self.w, x)), self.b)
        return 1.0 / (1.0 + np.exp(-z))
    def learn(self, batch: Batch):
        p = self.predict(batch.x)
        self.trace.append(p)
        d = p - batch.t
        self.w = [w - self.lr * d * x for w, x in zip(self.w, batch.x)]
        self.b -= self.lr * d
        return -(batch.t * np.log(p) + (1 - batch.t) * np.log(1 - p))

net = Net(3)
net.lr = 0.25
history = []
for epoch in range(300):
    loss = 0
    for *x, t in data:
        loss += net.learn(Batch(x, t))
    history.append(loss / len(data))
    if (best := min(history)) == history[-1] and epoch % 50 == 0:
        sys.stdout.write("%03d %8.5f " % (epoch, loss) + "{:.3e}|{!r}\n".format(best, round(net.b, 3)))
print(table.shape, table[:, :3].max(0), dict(calls), [f"{p:.3f}" for p in net.trace], end='\n\n')
print(sorted(net.w, key=lambda w: -w), OrderedDict(a=net.b)['a'], list(filter(lambda w: w > 0, net.w)))
