"""The public functions: thin, composed of the rooms."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from whygrad.differentiation.gradients import Gradients, rebuilt


def value_and_grad(f: Callable[..., Any], wrt: Any = 0) -> Callable[..., tuple[Any, Any]]:
    """A function of f's arguments that gives f's value and its gradient.

    Arguments:
        f: a function of floats and NumPy arrays (also in lists, tuples, dicts) that returns one number.
        wrt: the argument to differentiate with respect to: a name, a position, or a tuple of them.

    Returns:
        A function that returns `(value, gradient)`; with a tuple `wrt`, a tuple of gradients. A gradient has the
        structure, shapes and dtypes of its argument. f is watched at each call, so the gradient is always that of
        what f does now; the derivation is kept and used again.

    Raises:
        NotScalarError, NoFloatsError, NoRuleError, EscapeError: each names the line in f.

    >>> import numpy as np
    >>> def loss(w, x):
    ...     return np.sum((w * x - 1.0) ** 2)
    >>> value_and_grad(loss)(np.array([1.0, 2.0]), np.array([3.0, 1.0]))
    (np.float64(5.0), array([12.,  2.]))
    """
    gradients = Gradients(f, wrt)
    single = gradients.single

    @functools.wraps(f)
    def with_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        value, parts, watched, leaves = gradients(args, kwargs)
        found = []
        for group, wanted in zip(parts, leaves, strict=True):
            position = wanted[0].argument
            argument = args[position] if isinstance(position, int) else kwargs[position]
            found.append(group[0] if wanted[0].path == () else rebuilt(argument, wanted, group))
        return value, found[0] if single else tuple(found)

    return with_gradient


def grad(f: Callable[..., Any], wrt: Any = 0) -> Callable[..., Any]:
    """A function of f's arguments that gives the gradient of f.

    Arguments, errors and result as for `value_and_grad`, without the value.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, wrt)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient
