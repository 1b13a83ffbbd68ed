# fit y = a*x^2 + b*x + c with gradient descent, no libraries
xs = [-1.5, -1.0, -0.4, 0.0, 0.3, 0.8, 1.1, 1.7]
ys = [5.1, 2.9, 1.3, 1.1, 1.2, 2.1, 3.0, 6.2]

a, b, c = 0.0, 0.0, 0.0
lr = 0.05
n = len(xs)

for step in range(1000):
    da = db = dc = 0.0
    loss = 0.0
    for x, y in zip(xs, ys):
        pred = a * x ** 2 + b * x + c
        err = pred - y
        loss += err ** 2
        da += 2 * err * 2 * a * x
        db += 2 * err * x
        dc += 2 * err
    a -= lr * da / n
    b -= lr * db / n
    c -= lr * dc / n
    if step % 250 == 0:
        print(step, loss / n)

print(a, b, c)
