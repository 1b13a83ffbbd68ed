"""Control flow that depends on values: branches, loops of unknown length, recursion, builtins."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

V = draw(4, seed=180)
W = draw(4, seed=181)
M = draw(3, 3, seed=182)


def branch_on_a_value(x):
    if x > 0:
        return x**2 + 3 * x
    return -x * np.exp(x)


CASES.add(branch_on_a_value, 1.3, features="branch early-return python-float", oracle="ridders")

CASES.add(
    branch_on_a_value,
    -0.6,
    features="branch early-return python-float",
    oracle="ridders",
    name="branch_on_a_value_other_way",
)


def branch_on_a_sum(x, w):
    s = np.sum(x * w)
    if s < 0.0:
        y = s * x
    elif s < 100.0 and w[0] != 3.0:
        y = np.sin(x) + s
    else:
        y = w
    return np.sum(y**2)


CASES.add(branch_on_a_sum, V, W, features="branch elif")


def branch_inside_a_loop(x):
    total = 0.0
    for value in x:
        if value > 0:
            total = total + value**2
        elif value < -1:
            continue
        else:
            total = total - 0.5 * value
    return total


CASES.add(branch_inside_a_loop, V, features="branch loop continue iteration")


def conditional_expressions(x):
    a = x[0] if x[0] > x[1] else x[1] ** 2
    b = (x[2] if x[3] < 0 else -x[2]) * 3
    return a * b if 0 < abs(b) < 50 else a


CASES.add(conditional_expressions, V, features="branch conditional chained-comparison abs")


def boolean_shortcuts(x):
    s = np.sum(x)
    if s > -100 and not x[0] > 50 or s > 1e6:  # noqa: RUF021
        s = s * x[0]
    if np.max(x) < 1e3:
        s = s + (x > 0).sum() * x[1]
    return s


CASES.add(boolean_shortcuts, V, features="branch boolean-operators comparison sum-of-mask")


def newton_square_root(a):
    x = a
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


CASES.add(newton_square_root, 2.7, features="while data-dependent-trip-count python-float")


def doubled_until_large(x):
    steps = 0
    while np.sum(x**2) < 50:
        x = 1.5 * x + 0.1
        steps += 1
    return np.sum(x) * steps


CASES.add(doubled_until_large, V, features="while data-dependent-trip-count rebinding")


def fixed_point(x, A):
    h = np.zeros(3)
    for _ in range(100):
        new = np.tanh(0.3 * (A @ h) + x)
        if np.max(np.abs(new - h)) < 1e-13:
            break
        h = new
    return np.sum(h**2)


CASES.add(fixed_point, draw(3, seed=183), M, features="loop break branch matmul")


def bisection(target):
    low, high = 0.0, 4.0
    for _ in range(8):
        middle = (low + high) / 2
        if middle**3 < target:
            low = middle
        else:
            high = middle
    x = (low + high) / 2
    for _ in range(4):
        x = x - (x**3 - target) / (3 * x**2)
    return x


CASES.add(bisection, 5.0, features="loop branch python-float", oracle="ridders")


def loop_with_else(x):
    for value in x:
        if value > 100:
            found = value
            break
    else:
        found = x[0] * x[1]
    return found**2


CASES.add(loop_with_else, V, features="loop else break")


def collatz_scaled(x):
    n, scale = 6, 1.0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        scale = scale * x if n % 2 else scale + x
    return scale


CASES.add(collatz_scaled, 0.9, features="while integer-control python-float")


def nested_loops_by_steps(x):
    total = 0.0
    for i in range(0, 4, 2):
        for j in range(3, i, -1):
            total += x[i] * x[j] ** 2
    return total


CASES.add(nested_loops_by_steps, V, features="loop range-steps")


def power_by_recursion(x, n):
    if n == 0:
        return 1.0
    if n % 2 == 0:
        return power_by_recursion(x * x, n // 2)
    return x * power_by_recursion(x, n - 1)


CASES.add(power_by_recursion, 1.1, 7, features="recursion integer-argument python-float")


def sum_by_halves(x):
    if len(x) == 1:
        return x[0] ** 2
    middle = len(x) // 2
    return sum_by_halves(x[:middle]) * 1.5 + sum_by_halves(x[middle:])


CASES.add(sum_by_halves, V, features="recursion slice")


def recursion_until_small(x):
    return x if np.sum(x**2) < 1e-2 else recursion_until_small(0.5 * x) + 0.1 * x**2


def recursive_shrinking(x):
    return np.sum(recursion_until_small(x))


CASES.add(recursive_shrinking, V, features="recursion data-dependent-trip-count conditional")


def even_turn(x, n):
    return x if n == 0 else odd_turn(np.sin(x), n - 1)


def odd_turn(x, n):
    return x if n == 0 else even_turn(x * 2, n - 1)


def mutual_recursion(x):
    return np.sum(even_turn(x, 5))


CASES.add(mutual_recursion, V, features="recursion helper")


def ackermann_like(x, depth):
    def walk(value, level):
        if level == 0:
            return value**2
        return walk(value + 1, level - 1) * walk(value * 0.5, level - 1)

    return walk(x, depth)


CASES.add(ackermann_like, 0.4, 3, features="recursion closure python-float integer-argument")


def builtins_of_numbers(a, b, c):
    largest = max(a, b, c)
    smallest = min([a, b, c])
    return largest**2 * smallest + abs(b) * sum([a, b, c]) + pow(a, 3) - sum((a, c), 1.0)


CASES.add(
    builtins_of_numbers,
    0.7,
    -1.4,
    2.2,
    features="builtin-max builtin-min builtin-sum abs builtin-pow python-float",
    oracle="ridders",
)


def builtins_of_arrays(x):
    return max(x) * min(x) + sum(x) ** 2 + abs(x[0]) + max(0.0, x[1]) * 2 + max(x, key=abs) ** 2


CASES.add(builtins_of_arrays, V, features="builtin-max builtin-min builtin-sum abs", oracle="ridders")


def builtin_sum_of_arrays(A):
    return np.sum(sum(A) ** 2) + np.sum(sum([row * i for i, row in enumerate(A)], start=A[0]))


CASES.add(builtin_sum_of_arrays, M, features="builtin-sum iteration enumerate")


def sorted_values(a, b, c):
    low, middle, high = sorted([a, b, c])
    return low + 2 * middle**2 + 3 * high**3


CASES.add(sorted_values, 0.7, -0.4, 1.2, features="sorted python-float branch", oracle="ridders")


def any_and_all(x):
    if all(v < 10 for v in x) and any(v > 0 for v in x) and (x < 10).all():
        return np.sum(x**3)
    return 0.0


CASES.add(any_and_all, V, features="builtin-any builtin-all branch comparison")


def types_asked_for(x, s):
    total = 0.0
    for value in (x, s, 2.0, 3):
        if isinstance(value, np.ndarray):
            total = total + np.sum(value**2)
        elif isinstance(value, float):
            total = total + value**3
        else:
            total = total * value
    return total


CASES.add(types_asked_for, V, 0.6, features="isinstance branch python-float", oracle="ridders")


def shapes_decide(x, A):
    out = 0.0
    for v in (x, A):
        out = out + (np.sum(v) if v.ndim == 2 else v @ v) / v.shape[0]
        if v.shape == (3, 3):
            out = out * v[0, 0]
    return out


CASES.add(shapes_decide, V, M, features="shape-read branch")


def piecewise_in_a_loop(x):
    values = []
    for v in x:
        if v < -0.5:
            values.append(v**2)
        elif v < 0.5:
            values.append(0.25 * v)
        else:
            values.append(np.sqrt(v))
    return np.sum(np.array(values) * np.array([1.0, 2.0, 3.0, 4.0]))


CASES.add(piecewise_in_a_loop, V, features="branch loop list-append array-of-values sqrt")


def long_chain(x):
    for _ in range(1000):
        x = x + 0.005 * np.sin(x)
    return x


CASES.add(long_chain, 0.5, features="loop chain long python-float")
