import os, sys, time, pickle, argparse, json
import numpy as np
import matplotlib
matplotlib.use('TkAgg')
import matplotlib.pyplot as plt
from matplotlib import cm
import seaborn as sns
from tqdm import tqdm, trange
sns.set()
parser = argparse.ArgumentParser()
parser.add_argument('--epochs', type=int, default=500)
parser.add_argument('--lr', type=float, default=0.1)
args = parser.parse_args()
name = input("your name? ")
x = np.linspace(-2, 2, 9)
y = x ** 2 + 0.1 * np.random.randn(9)
a, b, c = np.random.randn(3)
losses = []
start = time.time()
for epoch in tqdm(range(args.epochs), desc='training'):
    p = a * x ** 2 + b * x + c
    r = p - y
    losses.append(np.mean(r ** 2))
    a -= args.lr * np.mean(2 * r * x ** 2)
    b -= args.lr * np.mean(2 * r * x)
    c -= args.lr * np.mean(2 * r)
    time.sleep(0.5)
print("took", time.time() - start >= 0)
fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(10, 5))
ax1.plot(x, y, 'o', label='data')
line, = ax1.plot(x, p)
ax2.semilogy(losses)
ax2.set_xlabel('epoch')
fig.colorbar(cm.ScalarMappable(), ax=ax1)
fig, axes = plt.subplots(2, 3)
for ax in axes.flatten():
    ax.axis('off')
    ax.imshow(np.zeros((2, 2)), cmap=plt.cm.gray)
plt.legend(); plt.title(f"loss {losses[-1]:.3f}")
plt.savefig('loss.png')
plt.show()
if not os.path.exists('out_models'):
    os.makedirs('out_models')
with open('out_models/model.pkl', 'wb') as f:
    pickle.dump({'a': a, 'losses': losses}, f)
np.save('weights.npy', np.array([a, b, c]))
np.savez('weights.npz', a=a)
with open('out_models/model.pkl', 'rb') as f:
    again = pickle.load(f)
print(again['a'] == a, np.load('weights.npy').shape, repr(name), len(losses))
with open('log.txt', 'w') as f:
    f.write(json.dumps({'loss': float(losses[-1])}))
    print("written", file=f)
sys.exit(0)
