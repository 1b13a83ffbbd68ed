"""Functions as people compose them: helpers, other modules, closures, lambdas, decorators, partials."""

import functools

import numpy as np
import numpy as xp

from . import layers
from .case import Cases, draw
from .layers import sigmoid, softmax

CASES = Cases()

V = draw(3, seed=140)
W = draw(3, seed=141)
M = draw(3, 3, seed=142)

OFFSET = np.array([0.5, -1.0, 2.0])
STRENGTH = 0.3
calls = 0


def squash(z):
    return z / (1 + z**2)


def helpers_of_the_same_module(x):
    return np.sum(squash(squash(x) + 1) * squash(x))


CASES.add(helpers_of_the_same_module, V, features="helper")


def helpers_of_another_module(x, A):
    hidden = layers.squashed(x, A)
    return np.sum(sigmoid(hidden) * softmax(layers.projected(x)).sum() * layers.SCALE)


CASES.add(helpers_of_another_module, V, M, features="helper other-module from-import")


def arrays_of_another_module(x):
    return np.sum((x @ layers.WEIGHTS) ** 2) + np.sum(layers.linear(x, W=layers.WEIGHTS, b=x[0]))


CASES.add(arrays_of_another_module, V, features="other-module globals keyword-argument")


def globals_read(x):
    return np.sum((x - OFFSET) ** 2) * STRENGTH


CASES.add(globals_read, V, features="globals")


def global_counter(x):
    global calls
    calls += 1
    return np.sum(x**2 * OFFSET)


CASES.add(global_counter, V, features="global-write")


def another_name_for_numpy(x):
    return xp.sum(xp.sin(x) * xp.asarray([1.0, 2.0, 3.0]))


CASES.add(another_name_for_numpy, V, features="import-alias")


def imports_inside(x):
    from math import pi

    import numpy as numeric
    from numpy import cos

    return numeric.sum(cos(pi * x))


CASES.add(imports_inside, V, features="local-import")


def numpy_as_an_argument(x, module=np):
    return module.sum(getattr(module, "tanh")(x) ** 2)  # noqa: B009


CASES.add(numpy_as_an_argument, V, features="default-argument module-as-value getattr")


CASES.add(lambda x: np.sum(x**3 - x), V, features="lambda", name="lambda_by_itself")

CASES.add(
    lambda a, b: (lambda s: s * s)(a @ b) + (lambda s: s - 1)(a[0]),
    V,
    W,
    features="lambda lambda-called-at-once",
    name="lambdas_in_a_lambda",
)


STAGES = [lambda z: 2 * z, lambda z: z - 1, np.tanh, squash, lambda z: z**2]


def functions_in_a_list(x):
    for stage in STAGES:
        x = stage(x)
    return x.sum()


CASES.add(functions_in_a_list, V, features="functions-in-list lambda numpy-function-as-value")


ACTIVATIONS = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(0, z),
    "none": lambda z: z,
}


def functions_in_a_dict(x, A):
    total = 0.0
    for name, activation in ACTIVATIONS.items():
        total = total + len(name) * activation(x @ A).sum()
    return total * ACTIVATIONS["tanh"](x[0])


CASES.add(functions_in_a_dict, V, M, features="functions-in-dict numpy-function-as-value lambda")


def composed(*functions):
    return functools.reduce(lambda f, g: lambda v: g(f(v)), functions)


def functions_of_functions(x):
    twice = (lambda f: lambda v: f(f(v)))(lambda v: v * v - 0.5)
    return np.sum(composed(twice, np.cos, lambda v: v / 2)(x)) + twice(x[0])


CASES.add(functions_of_functions, V, features="lambda closure functools-reduce numpy-function-as-value")


def make_polynomial(coefficients):
    def polynomial(x):
        value = 0.0
        for c in coefficients:
            value = value * x + c
        return value

    return polynomial


cubic = make_polynomial(np.array([1.0, -2.0, 0.5, 3.0]))


def closure_kept_from_before(x):
    return np.sum(cubic(x) ** 2)


CASES.add(closure_kept_from_before, V, features="closure")

CASES.add(
    make_polynomial([0.5, np.float64(1.5), -2.0]),
    0.8,
    features="closure python-float",
    name="closure_itself",
)


def closure_over_an_argument(x, A):
    def project(v):
        return A @ v + shift

    shift = x[0]
    return np.sum(project(project(x)) ** 2)


CASES.add(closure_over_an_argument, V, M, features="closure many-paths")


def late_binding(x):
    terms = [lambda: x[i] ** 2 for i in range(3)]  # noqa: B023
    bound = [lambda i=i: x[i] ** 3 for i in range(3)]
    return sum(t() for t in terms) + sum(t() for t in bound)


CASES.add(late_binding, V, features="closure lambda default-argument comprehension generator")


def nonlocal_total(x):
    total = 0.0

    def add(value):
        nonlocal total
        total = total + value * total + value

    for value in x:
        add(value)
    return total


CASES.add(nonlocal_total, V, features="closure nonlocal iteration")


def defaults(x, scale=2.0, weights=OFFSET, *, power=3):
    return scale * np.sum(weights * x**power)


CASES.add(defaults, V, features="default-argument keyword-only")

CASES.add(
    defaults,
    V,
    0.5,
    features="default-argument python-float",
    name="defaults_one_given",
)


def sum_of_products(*arrays):
    total = 1.0
    for a in arrays:
        total = total * np.sum(a)
    return total


CASES.add(sum_of_products, V, W, M, features="star-args")


def blended(*parts, **options):
    amount = options.get("amount", 1.0)
    first, second = parts
    return amount * first + (1 - amount) * second**2


def star_calls(a, b, amount):
    pair = (a, b)
    options = {"amount": amount}
    return np.sum(blended(*pair, **options)) * np.sum(blended(*pair[::-1], amount=0.2))


CASES.add(star_calls, V, W, 0.7, features="star-args keyword-arguments star-call")


def counted(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        wrapper.count += 1
        return function(*args, **kwargs)

    wrapper.count = 0
    return wrapper


def scaled_by(factor):
    def decorate(function):
        def wrapper(*args):
            return factor * function(*args)

        return wrapper

    return decorate


@counted
def decorated(x, w):
    return np.sum(x * w**2)


CASES.add(decorated, V, W, features="decorator")


@counted
@scaled_by(0.5)
def cube(x):
    return x**3


def calls_a_decorated_helper(x):
    return np.sum(cube(x)) + np.sum(cube(x) * cube(2 * x))


CASES.add(calls_a_decorated_helper, V, features="decorator decorator-with-argument helper")


def penalised(lam, x, order=2):
    return np.sum(x**order) + lam * np.sum(x)


CASES.add(functools.partial(penalised, 0.25), V, features="partial", name="partial_with_a_value")


def partial_inside(x, lam):
    ridge = functools.partial(penalised, lam, order=4)
    return ridge(x) * ridge(2 * x)


CASES.add(partial_inside, V, 0.3, features="partial keyword-argument")


@functools.cache
def binomials(n):
    row = [1.0]
    for k in range(n):
        row.append(row[-1] * (n - k) / (k + 1))
    return np.array(row)


def cached_coefficients(p):
    c = binomials(4)
    return sum(c[k] ** 2 * p**k * (1 - p) ** (4 - k) for k in range(5))


CASES.add(cached_coefficients, 0.3, features="lru-cache generator python-float")


def memoised_recursion(x):
    @functools.lru_cache
    def chebyshev(n):
        if n < 2:
            return x**n
        return 2 * x * chebyshev(n - 1) - chebyshev(n - 2)

    return np.sum(chebyshev(5) ** 2)


CASES.add(memoised_recursion, V / 2, features="lru-cache recursion closure")
