"""Two articles of outlace.com: "On chain rule, computational graphs, and backpropagation" (5 Sep 2015), whose
derivatives are right, and "Gradient Descent with Backpropagation" (31 Jul 2015), which has two that are not.
"""

import numpy as np

import whygrad as wg
from derived import derived, descend

# The computational graph x → v = x² → u = sin v → f = eᵘ

x = 1.0


def chain(x):
    v = x**2
    u = np.sin(v)
    return np.exp(u)


# A 2-2-1 net whose layers each carry a bias node: a last column that is always 1

bits = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
rng = np.random.default_rng(0)
theta1 = rng.normal(size=(3, 2))
theta2 = rng.normal(size=(3, 1))
ones = np.ones((4, 1))


def cost(theta1, theta2):
    l1 = np.hstack([bits, ones])
    l2 = np.hstack([1 / (1 + np.exp(-(l1 @ theta1))), ones])
    h = 1 / (1 + np.exp(-(l2 @ theta2)))
    return np.mean(-y * np.log(h) - (1 - y) * np.log(1 - h))


def cross_entropy(h, y):
    """One output's share of the cost: its slope is (h − y)/(h(1 − h))."""
    return -y * np.log(h) - (1 - y) * np.log(1 - h)


def cross_entropy_of_a_unit(z, y):
    """The same from what goes into the unit: its slope, the delta, is h − y."""
    h = 1 / (1 + np.exp(-z))
    return -y * np.log(h) - (1 - y) * np.log(1 - h)


# The earlier article, one weight: five numbers x that the unit should answer with 0

numbers = np.array([0.1, 0.25, 0.5, 0.75, 1.0])
w = 5.0


def one_weight_cost(w):
    h = 1 / (1 + np.exp(-w * numbers))
    return np.sum(h**2) / (2 * len(numbers))


def one_weight_as_published(w):
    """The article's derivative: the inner factor x is missing."""
    h = 1 / (1 + np.exp(-w * numbers))
    return np.mean(h * h * (1 - h))


# The earlier article, two weights: turn a bit round

pairs = np.array([[0.0, 1.0], [1.0, 1.0]])
turned = np.array([1.0, 0.0])
weights = np.array([-0.14935895, 7.10444213])


def two_weights_cost(weights):
    h = 1 / (1 + np.exp(-(pairs @ weights)))
    return 0.5 * np.sum((h - turned) ** 2)


def two_weights_as_published(weights):
    """The article's two numbers. The second sums an outer product: Σᵢ Σⱼ xᵢ δⱼ, where Σᵢ xᵢ δᵢ is meant."""
    h = 1 / (1 + np.exp(-(pairs @ weights)))
    delta = (h - turned) * h * (1 - h)
    return np.array([np.sum(delta), np.sum(np.outer(pairs[:, 0], delta))])


def trained_as_published(weights=weights, steps=12_000, rate=0.05):
    for _ in range(steps):
        weights = weights - rate * two_weights_as_published(weights)
    return weights


def trained_by_the_gradient(steps=12_000, rate=0.05):
    return descend(derived(two_weights_cost, weights), [weights], steps, rate)[0]


if __name__ == "__main__":
    for at in (1.0, 0.5, 1.5):
        print(f"f(x) = exp(sin(x²)): f′({at}) = {wg.grad(chain)(at):.12f}")
    for h in (0.1, 0.5, 0.9):
        slope, delta = wg.grad(cross_entropy)(h, 1.0), wg.grad(cross_entropy_of_a_unit)(np.log(h / (1 - h)), 1.0)
        print(f"cross-entropy, y = 1, h = {h}: ∂C/∂h = {slope:8.4f}, delta = {delta:.4f}")
    print(f"one weight at w = 5: published {one_weight_as_published(w):.4f}, true {wg.grad(one_weight_cost)(w):.4f}")
    for name, end in (("published", trained_as_published()), ("by the gradient", trained_by_the_gradient())):
        print(f"two weights after 12,000 steps, {name}: {end[0]:.8f} {end[1]:.8f}, difference {end[0] - end[1]:.6f}")
