"""What a hand-written pass is kept as."""

from __future__ import annotations

import inspect
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
    def lines(self) -> list[str]:
        """The lines of the pass below `# backward` and above the return, without those that are empty or comments."""
        lines = inspect.getsource(self.by_hand).split("\n")
        start = next(n for n, line in enumerate(lines) if line.strip() == "# backward")
        return [line for line in lines[start + 1 :] if is_code(line)][:-1]


def is_code(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


class Passes(list[Pass]):
    """The passes of one file, entered below their losses."""

    def of(self, loss: Callable[..., Any], *args: Tree) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def enter(by_hand: Callable[..., Any]) -> Callable[..., Any]:
            self.append(Pass(loss, by_hand, args))
            return by_hand

        return enter
