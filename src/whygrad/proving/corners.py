"""What has corners and jumps, as SymPy functions: their slope is 0 wherever they have one."""

from __future__ import annotations

from typing import Any

import sympy


class Flat(sympy.Function):  # type: ignore[misc]
    """A function of one number that is constant between its jumps."""

    nargs = (1,)
    is_real = True

    def fdiff(self, argindex: int = 1) -> Any:
        return sympy.S.Zero


class step(Flat):
    """[z > 0]: 1 where z is above 0, else 0. Where z is not 0 it is constant near by: its slope is 0."""

    @classmethod
    def eval(cls, z: Any) -> Any:
        return sympy.Integer(int(bool(sympy.N(z, 30) > 0))) if z.is_number else None


class same(Flat):
    """[z = 0]: 1 where z is 0, else 0. Its slope is 0 wherever it has one."""

    @classmethod
    def eval(cls, z: Any) -> Any:
        return sympy.Integer(int(bool(z == 0 or abs(sympy.N(z, 30)) < 1e-25))) if z.is_number else None


class stair(Flat):
    """floor(z) as a function of which only this is known: between its jumps it is constant."""

    @classmethod
    def eval(cls, z: Any) -> Any:
        return sympy.floor(z) if z.is_number else None
