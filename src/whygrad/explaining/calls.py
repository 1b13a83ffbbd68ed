"""Calls of functions that have no row, written as NumPy code: what no gradient passes through can still be printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.watching.answering import HOLE, Call

MISSING = object()


def call_text(primitive: Primitive, operands: list[str], array: Callable[[Any], str | None]) -> str | None:
    """The call of an opaque step, its operands written out; None where it is no public function of NumPy's, or where
    an argument cannot be written. `array` writes a constant array."""
    call = getattr(primitive.evaluate, "call", None)
    name = public_name(call.function) if isinstance(call, Call) else None
    if call is None or name is None:
        return None
    rest = list(operands)
    args = [_argument(form, rest, array) for form in call.args[1]]
    kwargs = [(key, _argument(form, rest, array)) for key, form in call.kwargs[1]]
    if any(text is None for text in (*args, *(text for _, text in kwargs))):
        return None
    given = [*(str(text) for text in args), *(f"{key}={text}" for key, text in kwargs)]
    part = "" if call.part is None else f"[{call.part}]"
    if name.startswith("."):
        return f"{given[0]}{name}({', '.join(given[1:])}){part}"
    return f"{name}({', '.join(given)}){part}"


def public_name(function: Any) -> str | None:
    """np.linalg.svd, or .tobytes for a method of arrays."""
    name = getattr(function, "__name__", "")
    if getattr(np.ndarray, name, MISSING) is function:
        return f".{name}"
    module = getattr(function, "__module__", None) or "numpy"
    if not module.startswith("numpy"):
        return None
    found: Any = np
    for part in module.split(".")[1:]:
        found = getattr(found, part, None)
    return f"np{module.removeprefix('numpy')}.{name}" if getattr(found, name, MISSING) is function else None


def _argument(form: Any, operands: list[str], array: Callable[[Any], str | None]) -> str | None:
    if form is HOLE:
        return operands.pop(0)
    kind, content = form
    if kind in (list, tuple):
        parts = [_argument(part, operands, array) for part in content]
        if any(part is None for part in parts):
            return None
        inside = ", ".join(map(str, parts))
        return f"[{inside}]" if kind is list else f"({inside}{',' if len(parts) == 1 else ''})"
    if kind in (int, float, bool, str, type(None), slice):
        return repr(content)
    if kind is np.ndarray:
        return array(content)
    if isinstance(content, np.dtype):
        return f"np.{content.name}" if content.name != "bool" else "bool"
    if isinstance(content, type):
        return f"np.{content.__name__}" if issubclass(content, np.generic) else content.__name__
    return None
