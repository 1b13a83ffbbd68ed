import numpy as np

class Model:
  def __init__(self, inp, hid, out):
    self.w1 = np.random.randn(inp, hid) * 0.5
    self.b1 = np.zeros(hid)
    self.w2 = np.random.randn(hid, out) * 0.5
    self.b2 = np.zeros(out)

  def forward(self, x):
    self.x = x
    self.z1 = x @ self.w1 + self.b1
    self.h = self.z1 * (self.z1 > 0)
    return self.h @ self.w2 + self.b2

  def backward(self, pred, y):
    # loss = mean((pred - y)^2)
    g = 2 * (pred - y) / pred.size
    self.grad_w2 = self.h.T @ g
    self.grad_b2 = g.sum(axis=0)
    gh = g @ self.w2.T
    gz = gh * (self.z1 > 0)
    self.grad_w1 = self.x.T @ gz
    self.grad_b1 = gz.sum()

  def step(self, lr):
    self.w1 -= lr * self.grad_w1
    self.b1 -= lr * self.grad_b1
    self.w2 -= lr * self.grad_w2
    self.b2 -= lr * self.grad_b2

def mse(a, b):
  return np.mean((a - b) ** 2)

np.random.seed(5)
x = np.random.randn(20, 3)
y = np.abs(x).sum(axis=1, keepdims=True) * [1.0, -0.5]
m = Model(3, 7, 2)
for epoch in range(250):
  pred = m.forward(x)
  if epoch % 50 == 0:
    print(epoch, mse(pred, y))
  m.backward(pred, y)
  m.step(0.05)
