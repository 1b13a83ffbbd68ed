"""For tests: a hand-written backward pass is right, or the test fails with what `whygrad check` says."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from whygrad.api import check

__all__ = ["assert_backward"]


def assert_backward(f: Any, *args: Any, loss: Callable[..., Any] | str | None = None) -> None:
    """Fail where gradients written by hand are wrong, or cannot be checked.

    Arguments:
        f: what `whygrad.check` takes: a function that returns a loss and its gradients, a layer, a pair (f, df); or the
            path of a program, which is run as `whygrad check` runs it.
        *args: what it is called with; of a program, the words behind its name.
        loss: a function of the same arguments that returns the loss; of a program, an expression.

    Raises:
        AssertionError: its text is that of `whygrad check`: the line, what is wrong with it, why, the fix.

    >>> import numpy as np
    >>> assert_backward((np.tanh, lambda x: 1 - np.tanh(x) ** 2), np.array([0.5, -1.0]))
    >>> assert_backward((np.tanh, lambda x: 1 - x**2), np.array([0.5, -1.0]))  # of the output: right, too
    >>> assert_backward((np.sin, np.sin), np.array([0.5, -1.0]))
    Traceback (most recent call last):
    AssertionError: ...the gradient of x...
    """
    __tracebackhide__ = True
    if isinstance(f, (str, os.PathLike)):
        from whygrad.checking.process import check_file

        report = check_file(os.fspath(f), [str(word) for word in args], loss=loss if isinstance(loss, str) else None)
    else:
        assert not isinstance(loss, str), "loss= is an expression only where a program is checked"
        report = check(f, *args, loss=loss)
    if not report:
        raise AssertionError(str(report).rstrip())
