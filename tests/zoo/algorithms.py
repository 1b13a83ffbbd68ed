"""Numerical algorithms in loops, most of them working in place, as in a course on numerics."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

A = draw(3, 3, seed=220) + 4 * np.eye(3)
B = draw(3, seed=221)
SYMMETRIC = A @ A.T


def horner(coefficients, x):
    value = np.zeros_like(x)
    for c in coefficients:
        value *= x
        value += c
    return np.sum(value)


CASES.add(horner, draw(4, seed=222), draw(3, seed=223), features="loop inplace zeros-like iteration")


def gaussian_elimination(A, b):
    n = len(b)
    U, c = A.copy(), b.copy()
    for k in range(n):
        for i in range(k + 1, n):
            factor = U[i, k] / U[k, k]
            U[i, k:] -= factor * U[k, k:]
            c[i] -= factor * c[k]
    x = np.zeros_like(c)
    for i in reversed(range(n)):
        x[i] = (c[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return np.sum(x**2)


CASES.add(gaussian_elimination, A, B, features="loop inplace setitem slice empty recurrence")


def pivoted_elimination(A, b):
    M = np.zeros((3, 4))
    M[:, :3], M[:, 3] = A, b
    for k in range(3):
        pivot = k + np.argmax(np.abs(M[k:, k]))
        M[[k, pivot]] = M[[pivot, k]]
        M[k] /= M[k, k]
        for i in range(3):
            if i != k:
                M[i] -= M[i, k] * M[k]
    return np.sum(M[:, 3] ** 2)


CASES.add(
    pivoted_elimination,
    draw(3, 3, seed=224),
    B,
    features="loop inplace swap argmax integer-array branch",
    oracle="ridders",
)


def cholesky_log_determinant(S):
    n = S.shape[0]
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            rest = S[i, j] - L[i, :j] @ L[j, :j]
            L[i, j] = np.sqrt(rest) if i == j else rest / L[j, j]
    return 2 * sum(np.log(L[i, i]) for i in range(n))


CASES.add(
    cholesky_log_determinant,
    SYMMETRIC,
    features="loop setitem empty sqrt log conditional",
    oracle="ridders",
)


def thomas(lower, diagonal, upper, b):
    n = len(b)
    d, c = diagonal.copy(), b.copy()
    for i in range(1, n):
        w = lower[i - 1] / d[i - 1]
        d[i] -= w * upper[i - 1]
        c[i] -= w * c[i - 1]
    x = np.empty_like(b)
    x[-1] = c[-1] / d[-1]
    for i in range(n - 2, -1, -1):
        x[i] = (c[i] - upper[i] * x[i + 1]) / d[i]
    return np.sum(x**2)


CASES.add(
    thomas,
    draw(3, seed=225),
    draw(4, seed=226) + 4,
    draw(3, seed=227),
    draw(4, seed=228),
    features="loop setitem inplace recurrence empty-like",
)


def gram_schmidt(A):
    Q = A.copy()
    for j in range(3):
        for k in range(j):
            Q[:, j] -= (Q[:, k] @ Q[:, j]) * Q[:, k]
        Q[:, j] /= np.sqrt(np.sum(Q[:, j] ** 2))
    return np.sum(Q * np.arange(9.0).reshape(3, 3))


CASES.add(gram_schmidt, draw(3, 3, seed=229), features="loop inplace slice matmul sqrt")


def jacobi_iteration(A, b):
    x = np.zeros_like(b)
    D = np.sum(A * np.eye(3), axis=1)
    for _ in range(5):
        x = (b - A @ x + D * x) / D
    return x @ x


CASES.add(jacobi_iteration, A, B, features="loop matmul rebinding eye")


def gauss_seidel(A, b):
    x = np.zeros_like(b)
    for _ in range(4):
        for i in range(3):
            x[i] = (b[i] - A[i, :i] @ x[:i] - A[i, i + 1 :] @ x[i + 1 :]) / A[i, i]
    return x @ x


CASES.add(gauss_seidel, A, B, features="loop setitem slice empty matmul")


def conjugate_gradient(S, b):
    x, r = np.zeros_like(b), b.copy()
    p = r
    rr = r @ r
    for _ in range(2):
        Sp = S @ p
        alpha = rr / (p @ Sp)
        x += alpha * p
        r -= alpha * Sp
        rr, old = r @ r, rr
        p = r + (rr / old) * p
    return np.sum(x * b)


CASES.add(conjugate_gradient, SYMMETRIC, B, features="loop inplace alias matmul")


def heat_equation(u, k):
    for _ in range(5):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
        u[0] = u[1]
        u[-1] = 0.0
    return np.sum(u**2)


CASES.add(heat_equation, draw(7, seed=230), 0.2, features="loop inplace overlap mutated-argument")


def heat_on_a_plate(u):
    for _ in range(3):
        new = u.copy()
        new[1:-1, 1:-1] = 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])
        u = new
    return np.sum(u**2) + u[1, 1]


CASES.add(heat_on_a_plate, draw(4, 5, seed=231), features="loop setitem copy rebinding")


def buffers_swapped(u):
    old, new = u.copy(), np.zeros_like(u)
    for _ in range(3):
        new[1:-1] = old[:-2] * old[2:]
        new[0] = old[-1]
        old, new = new, old
    return np.sum(old) + np.sum(new**2)


CASES.add(buffers_swapped, draw(5, seed=232), features="loop setitem swap zeros-like")


def pendulum_by_euler(angle, speed, length):
    state = np.array([angle, speed])
    for _ in range(10):
        slope = np.array([state[1], -9.81 / length * np.sin(state[0])])
        state = state + 0.05 * slope
    return state[0] ** 2 + 0.1 * state[1] ** 2


CASES.add(pendulum_by_euler, 0.4, 0.1, 1.3, features="loop array-of-values python-float")


def lotka_volterra_by_runge_kutta(p, start):
    a, b, c, d = p

    def slope(s):
        prey, hunters = s
        return np.array([a * prey - b * prey * hunters, -c * hunters + d * prey * hunters])

    h, s = 0.1, start
    path = [s]
    for _ in range(4):
        k1 = slope(s)
        k2 = slope(s + h / 2 * k1)
        k3 = slope(s + h / 2 * k2)
        k4 = slope(s + h * k3)
        s = s + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        path.append(s)
    return np.sum((np.array(path) - 1.0) ** 2)


CASES.add(
    lotka_volterra_by_runge_kutta,
    np.array([1.1, 0.4, 0.4, 0.1]),
    np.array([1.0, 0.5]),
    features="closure unpacking loop list-append array-of-values",
)


def leapfrog_energy(q, p):
    q, p = q.copy(), p.copy()
    p -= 0.05 * q**3
    for _ in range(5):
        q += 0.1 * p
        p -= 0.1 * q**3
    p += 0.05 * q**3
    return np.sum(p**2 / 2 + q**4 / 4) - np.sum(q)


CASES.add(leapfrog_energy, draw(3, seed=233), draw(3, seed=234), features="loop inplace copy")


def gravity(positions, masses):
    energy = 0.0
    for i in range(len(masses)):
        for j in range(i):
            r = np.sqrt(np.sum((positions[i] - positions[j]) ** 2))
            energy -= masses[i] * masses[j] / r
    return energy


CASES.add(gravity, draw(3, 2, seed=235), draw(3, seed=236, low=0.5), features="loop sqrt integer-index")


def kalman_filter(measurements, q, r):
    x, P = 0.0, 1.0
    log_likelihood = 0.0
    for z in measurements:
        P = P + q
        S = P + r
        K = P / S
        log_likelihood -= 0.5 * (np.log(S) + (z - x) ** 2 / S)
        x = x + K * (z - x)
        P = (1 - K) * P
    return log_likelihood


CASES.add(kalman_filter, draw(5, seed=237), 0.1, 0.4, features="loop iteration log python-float")


def hidden_markov_forward(logits, start):
    T = np.exp(logits)
    T = T / T.sum(axis=1, keepdims=True)
    likelihood = np.array([[0.9, 0.2, 0.1], [0.1, 0.8, 0.3]])
    alpha = start
    for observation in [0, 1, 1, 0]:
        alpha = (alpha @ T) * likelihood[observation]
    return np.log(np.sum(alpha))


CASES.add(
    hidden_markov_forward,
    draw(3, 3, seed=238),
    np.array([0.5, 0.3, 0.2]),
    features="loop matmul integer-index softmax",
)


def edit_costs(costs):
    n = costs.shape[0]
    D = np.zeros((n + 1, n + 1))
    D[0, :] = np.arange(n + 1)
    D[:, 0] = np.arange(n + 1)
    for i in range(n):
        for j in range(n):
            D[i + 1, j + 1] = min(D[i, j + 1] + 1, D[i + 1, j] + 1, D[i, j] + costs[i, j] ** 2)
    return D[n, n]


CASES.add(edit_costs, draw(3, 3, seed=239), features="loop setitem builtin-min branch", oracle="ridders")


def soft_dynamic_time_warping(x, y):
    R = np.full((4, 4), 1e3)
    R[0, 0] = 0.0
    for i in range(3):
        for j in range(3):
            paths = np.array([R[i, j], R[i, j + 1], R[i + 1, j]])
            low = np.min(paths)
            soft = low - np.log(np.sum(np.exp(low - paths)))
            R[i + 1, j + 1] = (x[i] - y[j]) ** 2 + soft
    return R[3, 3]


CASES.add(
    soft_dynamic_time_warping,
    draw(3, seed=240),
    draw(3, seed=241),
    features="loop setitem full min log array-of-values",
    oracle="ridders",
)


def convolution(signal, kernel):
    n = len(signal) - len(kernel) + 1
    out = np.zeros(n)
    for k in range(len(kernel)):
        out += signal[k : k + n] * kernel[k]
    return np.sum(np.maximum(out, 0) ** 2)


CASES.add(convolution, draw(7, seed=242), draw(3, seed=243), features="loop inplace slice zeros", oracle="ridders")


def unrolled_gradient_descent(rate, start):
    w, v = start, np.zeros(2)
    for _ in range(5):
        gradient = np.array([2 * w[0] - w[1], 4 * w[1] ** 3 - w[0]])
        v = 0.9 * v - rate * gradient
        w = w + v
    return np.sum(w**2)


CASES.add(
    unrolled_gradient_descent,
    0.05,
    np.array([0.8, -0.5]),
    features="loop array-of-values python-float rebinding",
)


def cumulative_product(x):
    out = x.copy()
    for i in range(1, len(out)):
        out[i] *= out[i - 1]
    return np.sum(out**2)


CASES.add(cumulative_product, draw(4, seed=244), features="loop inplace recurrence copy")


def prefix_sums_by_doubling(x):
    step = 1
    while step < len(x):
        x[step:] += x[:-step].copy()
        step *= 2
    return np.sum(x**2)


CASES.add(
    prefix_sums_by_doubling,
    draw(6, seed=245),
    features="while inplace overlap copy mutated-argument",
)


def haar_transform(x):
    y = x.copy()
    n = len(y)
    while n > 1:
        half = n // 2
        even, odd = y[:n:2].copy(), y[1:n:2].copy()
        y[:half] = (even + odd) / np.sqrt(2)
        y[half:n] = (even - odd) / np.sqrt(2)
        n = half
    return np.sum(np.abs(y) ** 1.5)


CASES.add(haar_transform, draw(8, seed=246), features="while setitem slice abs", oracle="ridders")
