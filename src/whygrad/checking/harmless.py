"""Plots, progress bars and their kin: what a program asks of them is taken, and nothing is drawn.

The same stand in for them whether they are installed or not: a check needs no picture, and drawing takes seconds.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import opcode
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

DRAWING = frozenset({"matplotlib", "pylab", "mpl_toolkits", "seaborn", "plotly", "bokeh", "IPython", "ipywidgets"})
PROGRESS = frozenset({"tqdm", "progressbar", "alive_progress"})


class Harmless:
    """Whatever is done with it gives such a thing again."""

    UNWATCHED = True

    def __init__(self, name: str = "") -> None:
        self.__dict__["_name"] = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        answer: Callable[..., Any] = _ANSWERS.get(self.__dict__["_name"], _again)
        return answer(self, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        made = self.__dict__[name] = Harmless(name)
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __getitem__(self, key: Any) -> Any:
        return Harmless()

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        """As many as are wanted where they are unpacked, else none."""
        frame = sys._getframe(1)
        code, place = frame.f_code.co_code, frame.f_lasti
        wanted = code[place + 1] if opcode.opname[code[place]].startswith("UNPACK_SEQUENCE") else 0
        return iter([Harmless() for _ in range(wanted)])

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *stopped: object) -> None:
        return None

    def __mro_entries__(self, bases: Any) -> tuple[type, ...]:
        return (object,)

    def __repr__(self) -> str:
        return "<harmless>"


def _again(thing: Harmless, *args: Any, **kwargs: Any) -> Any:
    return Harmless()


def _subplots(thing: Harmless, nrows: int = 1, ncols: int = 1, *, squeeze: bool = True, **kwargs: Any) -> Any:
    axes = np.empty((int(nrows), int(ncols)), dtype=object)
    for place in np.ndindex(axes.shape):
        axes[place] = Harmless("axes")
    if not squeeze:
        return Harmless("figure"), axes
    if axes.size == 1:
        return Harmless("figure"), axes.item()
    return Harmless("figure"), axes.reshape(-1) if 1 in axes.shape else axes


def _decorates(thing: Harmless, *args: Any, **kwargs: Any) -> Any:
    return args[0] if args and callable(args[0]) else Harmless()


_ANSWERS = {"subplots": _subplots, "njit": _decorates, "jit": _decorates}


class Progress:
    """tqdm: goes through what it is given."""

    def __init__(self, iterable: Any = None, *args: Any, total: Any = None, **kwargs: Any) -> None:
        self.iterable = iterable
        self.n = 0
        self.total = total

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable if self.iterable is not None else ())

    def __len__(self) -> int:
        return len(self.iterable) if self.iterable is not None else int(self.total or 0)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *stopped: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Harmless(name)

    @staticmethod
    def write(*args: Any, **kwargs: Any) -> None:
        return None


class _Module(types.ModuleType):
    """A module in which everything is found."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made: Any
        if self.__name__.partition(".")[0] in PROGRESS and name not in ("auto", "notebook"):
            made = _through_range if name in ("trange", "tnrange") else Progress
        else:
            made = Harmless(name)
        setattr(self, name, made)
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # `import tqdm; tqdm(...)` is somebody's mistake, not ours
        raise TypeError("'module' object is not callable")


def _through_range(*args: Any, **kwargs: Any) -> Progress:
    return Progress(range(*args))


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the harmless modules before Python looks for the real ones."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name.partition(".")[0] in DRAWING | PROGRESS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> Any:
        module: Any = _Module(spec.name)
        module.__path__ = []
        module.__all__ = []
        return module

    def exec_module(self, module: Any) -> None:
        return None


def forget_harmless() -> None:
    """Take the harmless modules out again."""
    for name in [n for n, m in sys.modules.items() if type(m) is _Module]:
        del sys.modules[name]
