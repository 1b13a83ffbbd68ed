"""What a hand-written pass is kept as."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zoo.case import Tree, copied


@dataclass(frozen=True)
class Pass:
    """A loss, the pass written by hand, arguments for both; `wrt`: the arguments whose gradients it gives."""

    loss: Callable[..., Any]
    by_hand: Callable[..., Any]
    args: tuple[Tree, ...]

    @property
    def name(self) -> str:
        return self.loss.__name__

    def gradients(self) -> tuple[Any, ...]:
        found = self.by_hand(*copied(list(self.args)))
        return found if isinstance(found, tuple) else (found,)

    @property
    def source(self) -> tuple[list[str], int]:
        """The lines of the pass below `# backward`, without those that are empty or comments, and where they start."""
        lines, first = inspect.getsourcelines(self.by_hand)
        start = next(n for n, line in enumerate(lines) if line.strip() == "# backward")
        return [line for line in lines[start + 1 :] if is_code(line)][:-1], first + start

    def lines_written(self) -> int:
        return len(self.source[0])

    def lines_run(self) -> int:
        """How many lines of the backward part run, a loop's once a round: printed code has no loops yet."""
        lines, first = inspect.getsourcelines(self.by_hand)
        code, start = self.by_hand.__code__, self.source[1]
        headers = ("for ", "return ", "else:", "if ")
        counted = {first + n for n, line in enumerate(lines) if is_code(line) and not line.strip().startswith(headers)}
        seen, last = 0, 0

        def trace(frame: Any, event: str, arg: Any) -> Any:
            nonlocal seen, last
            if frame.f_code is not code:
                return None
            if event == "line" and frame.f_lineno > start and frame.f_lineno in counted and frame.f_lineno != last:
                seen += 1
            last = frame.f_lineno if event == "line" else last
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            self.by_hand(*copied(list(self.args)))
        finally:
            sys.settrace(before)
        return seen


def is_code(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


class Passes(list[Pass]):
    """The passes of one file, entered below their losses."""

    def of(self, loss: Callable[..., Any], *args: Tree) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def enter(by_hand: Callable[..., Any]) -> Callable[..., Any]:
            self.append(Pass(loss, by_hand, args))
            return by_hand

        return enter
