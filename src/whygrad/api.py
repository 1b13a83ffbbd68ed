"""The public functions: thin, composed of the rooms."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whygrad.checking.report import CheckReport
    from whygrad.explaining.derivation import Derivation
    from whygrad.proving.report import Report


def value_and_grad(f: Callable[..., Any], wrt: Any = 0) -> Callable[..., tuple[Any, Any]]:
    """A function of f's arguments that gives f's value and its gradient.

    Arguments:
        f: a function of floats and NumPy arrays (also in lists, tuples, dicts) that returns one number.
        wrt: the argument to differentiate with respect to: a name, a position, or a tuple of them.

    Returns:
        A function that returns `(value, gradient)`; with a tuple `wrt`, a tuple of gradients. A gradient has the
        structure, shapes and dtypes of its argument. f is watched at each call, so the gradient is always that of
        what f does now; the derivation is kept and used again. An argument that f changes in place is not changed.

    Raises:
        NotScalarError: f returned something else than one number.
        NoFloatsError: an argument of `wrt` holds no floats.
        NoRuleError: the gradient would have to pass through a function that no row describes.
        EscapeError: a watched value went into code that cannot be watched.

    The mathematics is reverse-mode differentiation: S. Linnainmaa, BIT 16 (1976) 146-160.

    >>> import numpy as np
    >>> def loss(w, x):
    ...     return np.sum((w * x - 1.0) ** 2)
    >>> value_and_grad(loss)(np.array([1.0, 2.0]), np.array([3.0, 1.0]))
    (np.float64(5.0), array([12.,  2.]))
    """
    from whygrad.differentiation.calling import rebuilt
    from whygrad.differentiation.gradients import Gradients

    gradients = Gradients(f, wrt)
    single = gradients.single

    @functools.wraps(f, updated=())
    def with_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        kwargs = gradients.completed(args, kwargs)
        value, parts, _, leaves = gradients(args, kwargs)
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

    @functools.wraps(f, updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def jvp(f: Callable[..., Any], wrt: Any = 0) -> Callable[..., tuple[Any, Any]]:
    """A function of f's arguments that gives f's value and its tangent: how fast it moves as the arguments move.

    Arguments:
        f: a function of floats and NumPy arrays (also in lists, tuples, dicts) that returns a number, an array, or
            a list, tuple or dict of them.
        wrt: the argument that moves: a name, a position, or a tuple of them.

    Returns:
        A function that takes f's arguments and the keyword `tangents`, the direction in which the argument moves (with
        a tuple `wrt`, a tuple of directions), each in the structure and shapes of its argument, with None for what
        does not move. It returns `(value, tangent)`; the tangent is the Jacobian of f times the direction, and has the
        structure, shapes and dtypes of the value. It costs about as much as f, whatever the sizes: `grad` is for many
        inputs and one output, `jvp` for few inputs and many outputs.

    Raises:
        ArgumentError: the tangents do not fit the arguments.
        NoFloatsError, NoRuleError, EscapeError: as for `value_and_grad`.

    The mathematics is forward-mode differentiation: R. E. Wengert, Commun. ACM 7 (1964) 463-464.

    >>> import numpy as np
    >>> def powers(t):
    ...     return np.array([t, t**2, t**3])
    >>> jvp(powers)(2.0, tangents=1.0)
    (array([2., 4., 8.]), array([ 1.,  4., 12.]))
    >>> jvp(grad(lambda x: np.sum(x**3)))(np.array([1.0, 2.0]), tangents=np.array([1.0, 0.0]))[1]
    array([6., 0.])
    """
    from whygrad.differentiation.tangents import Tangents, with_keyword

    calls = Tangents(f, wrt)

    @functools.wraps(f, updated=())
    def with_tangent(*args: Any, tangents: Any, **kwargs: Any) -> tuple[Any, Any]:
        return calls(args, calls.completed(args, kwargs), tangents)

    return with_keyword(with_tangent, calls.parameters)


def derive(f: Callable[..., Any], *args: Any, wrt: Any = None, idioms: bool = True) -> Derivation:
    """Derive the backward pass of f, and the reason for every line of it.

    Arguments:
        f: a function as for `grad`.
        *args: arguments to run it on, once: shapes, branches and the numbers shown are theirs.
        wrt: a name, a position, or a tuple of them; default every argument that holds floats.
        idioms: recognise sigmoid, softmax, cross-entropy … as wholes (k(1 − k), p − y). False derives from the
            primitives alone.

    Returns:
        A Derivation: `print(d)` explains it, `d.code()` is it as NumPy source, `d.value` and `d.gradients` are the
        numbers. The derived Program has been verified once, along a random direction (`d.notes` says how).

    Raises:
        As `grad`; VerificationError where the numbers disagree.

    >>> import numpy as np
    >>> d = derive(lambda w, x: 0.5 * np.sum((w * x) ** 2), np.array([1.0, 2.0]), np.array([3.0, 1.0]), wrt="w")
    >>> d.gradients
    (array([9., 2.]),)
    >>> print(d.code(part="backward"), end="")
    u1 = w * x
    dw = u1 * x
    """
    from whygrad.explaining import deriving
    from whygrad.proving.derivative import verify_derivative

    return deriving.derive(f, args, wrt, idioms, verify_derivative)


def verify(f: Callable[..., Any], *args: Any, grads: Any = None, wrt: Any = None) -> Report:
    """Hold a gradient of f, ours or the one you give, against numbers that f itself computes.

    Arguments:
        f: a function as for `grad`.
        *args: arguments at which to compare.
        grads: a gradient to be checked, in the order of `wrt` and the structure of the arguments; default ours.
        wrt: as for `derive`.

    Returns:
        A Report: true if all agree; printed, a table of the worst elements, with the analytic and the numeric
        value and the relative error. The numbers come by complex step (J. Lyness and C. Moler, SIAM J. Numer.
        Anal. 4 (1967) 202-210) where f takes complex arguments, else by Richardson-extrapolated differences.

    Raises:
        ArgumentError: a given gradient does not have the shape of its argument.

    >>> import numpy as np
    >>> x = np.array([0.5, 1.0, 2.0])
    >>> bool(verify(lambda x: np.sum(x**3), x))
    True
    >>> bool(verify(lambda x: np.sum(x**3), x, grads=3 * x))
    False
    """
    from whygrad.proving.verify import verify_function

    return verify_function(f, args, {}, grads, wrt)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext whygrad` makes `%%whygrad_check` known."""
    from whygrad.checking.notebook import register

    register(shell)


def check(f: Any, *args: Any, loss: Callable[..., Any] | None = None) -> CheckReport:
    """Check gradients that were written by hand: which are right, and what is wrong with the others.

    Arguments:
        f: one of
            a function that returns a loss and its gradients, `return loss, dW` or `return loss, {"W": dW}`, in the
            order or by the names of its arguments;
            a layer, an object with `forward` and `backward` (or a class that can be made without arguments, or one
            whose static functions take a context): it is sent a random upstream gradient, and what `backward` returns
            and stores (`self.dW`, `self.grads["W"]`) is checked;
            a pair `(f, df)`: a function and its gradient, an activation and its slope, or a forward function that
            returns `(output, cache)` and its `backward(upstream, cache)`.
        *args: what it is called with, once. Shapes and branches are theirs; unequal sizes tell more.
        loss: a function of the same arguments, where f returns the gradients alone.

    Returns:
        A CheckReport: true if all agrees with the derived gradients; its text is that of `whygrad check`.

    >>> import numpy as np
    >>> def squares(w, x):
    ...     error = x @ w - 1.0
    ...     return np.sum(error**2), x.T @ error
    >>> report = check(squares, np.array([1.0, 2.0]), np.array([[3.0, 1.0], [0.5, 2.0]]))
    >>> report.verdict, report.findings[0].kind, report.findings[0].message
    ('wrong', 'scale', 'the gradient of w is 0.5 times what it should be')
    """
    from whygrad.checking.calls import check_call

    return check_call(f, args, loss)
