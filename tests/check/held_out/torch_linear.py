import torch

x = torch.linspace(-1, 1, 20)
w = torch.randn(1, requires_grad=True)
for i in range(100):
    loss = ((w * x - 2 * x) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad.zero_()
print(w)
