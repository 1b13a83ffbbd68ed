class Leaf:
    """Anything with a value. Gradients are added up by backward()."""

    def __init__(self, data):
        self.data = data
        self.grad = 0.0

    def backward(self, g=1.0):
        self.grad += g

    def __add__(self, other):
        return Sum(self, other)

    def __mul__(self, other):
        return Product(self, other)


class Sum(Leaf):
    def __init__(self, a, b):
        super().__init__(a.data + b.data)
        self.a, self.b = a, b

    def backward(self, g=1.0):
        self.a.backward(g)
        self.b.backward(g)


class Product(Leaf):
    def __init__(self, a, b):
        super().__init__(a.data * b.data)
        self.a, self.b = a, b

    def backward(self, g=1.0):
        self.a.backward(g * self.b.data)
        self.b.backward(g * self.a.data)


w1, w2, b = Leaf(0.1), Leaf(-0.2), Leaf(0.0)
points = [((1.0, 2.0), 3.0), ((0.5, -1.0), -2.5), ((-1.0, 0.5), 1.0), ((2.0, 1.0), 1.5)]


def model_loss():
    total = Leaf(0.0)
    for (x1, x2), y in points:
        d = w1 * Leaf(x1) + w2 * Leaf(x2) + b + Leaf(-y)
        total = total + d * d
    return total * Leaf(1 / len(points))


def train_once(lr=0.05):
    loss = model_loss()
    loss.backward()
    for p in (w1, w2, b):
        p.data -= lr * p.grad
    return loss.data


for epoch in range(200):
    value = train_once()
    if epoch % 40 == 0:
        print("epoch", epoch, "loss", round(value, 4))
