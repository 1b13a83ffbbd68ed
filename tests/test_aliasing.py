"""Random programs that write in place, through views and views of views: value, gradient and what is left behind.

Each program is made statement by statement, by running it; only statements that NumPy accepts stay. Then the watched
run is compared with the plain one: the value bit for bit, the gradient with the complex step, and the global buffers.
A failure prints the seed and the program. WHYGRAD_FUZZ_SEED and WHYGRAD_FUZZ_COUNT choose other programs.
"""

# ruff: noqa: E501 (lists of statements)

import ast
import linecache
import os
import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.errors import WhygradError

SEED = int(os.environ.get("WHYGRAD_FUZZ_SEED", "20"))
COUNT = int(os.environ.get("WHYGRAD_FUZZ_COUNT", "300"))
STEP = 1e-30

HEAD = """\
def bump(z, by):
    z += by
    return z

def halves(z):
    return z[: len(z) // 2], z[len(z) // 2 :]

class Keeper:
    pass

def program(a, A, B):
"""


class Writer:
    """Makes one program: its statements, and the variables that they leave."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.statements: list[str] = []
        self.count = 0
        self.space = namespace(float)
        exec(HEAD + "    pass\n", self.space)
        self.space.update(zip("aAB", arguments(float), strict=True))

    def arrays(self) -> list[str]:
        """The names of the arrays at hand; young ones are likelier to be chosen (they are listed twice)."""
        names = [n for n in ("a", "A", "B", "g", "G") if isinstance(self.space.get(n), np.ndarray)]
        young = [f"v{i}" for i in range(self.count) if isinstance(self.space.get(f"v{i}"), np.ndarray)]
        return names + young + young[-4:]

    def pick(self) -> str:
        return self.random.choice(self.arrays())

    def new(self) -> str:
        self.count += 1
        return f"v{self.count - 1}"

    def view(self, u: str) -> str:
        """An expression that is a view of u (or, by its memory layout, a copy)."""
        size = int(self.space[u].size) if u in self.space else 6
        forms = [
            f"{u}[1:]", f"{u}[:-1]", f"{u}[::2]", f"{u}[::-1]", f"{u}[...]", f"{u}[0]", f"{u}[-1:]", f"{u}[None]",
            f"{u}.T", f"np.transpose({u})", f"{u}.swapaxes(0, -1)", f"{u}.ravel()", f"np.ravel({u})",
            f"{u}.ravel(order='F')", f"{u}.reshape(-1)", f"{u}.reshape(-1, 1)", f"np.reshape({u}, (2, -1))",
            f"{u}.reshape(3, -1)", f"{u}.reshape((-1, 2), order='F')", f"{u}[:, 1:]", f"{u}[:, 0]", f"{u}[1:, ::-1]",
            f"{u}[..., 1:]", f"{u}.squeeze()", f"np.expand_dims({u}, 0)", f"np.asarray({u})", f"{u}.T[1:]",
            f"{u}[1:][:2]", f"{u}[::-1][1:]", f"{u}.T.ravel()", f"{u}.reshape({size})", f"np.atleast_2d({u})",
            f"halves({u})[0]", f"halves({u})[1]", f"[{u}, a][0]", f"{u}.view()", f"np.split({u}, 1)[0]",
            f"np.broadcast_to({u}, (2,) + {u}.shape)[1]", f"np.diagonal({u})", f"np.moveaxis({u}, 0, -1)",
            f"np.atleast_1d({u})", f"{u}[(slice(None), 0)]", f"np.flip({u})", f"np.rot90({u})", f"np.array_split({u}, 2)[0]",
            f"np.flip({u}, 0)", f"np.flipud({u})", f"np.fliplr({u})", f"np.diagonal({u}, 1)", f"np.vsplit({u}, 1)[0]", f"np.unstack({u})[0]",
            f"np.swapaxes({u}, 0, -1)", f"np.rollaxis({u}, -1)", f"np.squeeze({u}[None], 0)", f"np.atleast_3d({u})",
            f"np.lib.stride_tricks.sliding_window_view({u}, 2, axis=0)[..., 0]", f"np.rot90({u}, 2)",
            f"{u}.mT", f"np.matrix_transpose({u})", f"np.asfortranarray({u})", f"np.ascontiguousarray({u})", f"{u}.reshape(-1, order='A')",
            f"{u}.diagonal()", f"np.permute_dims({u})", f"np.array({u}, copy=False) if {u}.flags.writeable else {u}[...]",
            f"np.nan_to_num({u}, copy=False)",
        ]  # fmt: skip
        return self.random.choice(forms)

    def fresh(self, u: str, w: str) -> str:
        """An expression with memory of its own."""
        number = self.random.choice(["0.5", "1.25", "-0.75"])
        forms = [
            f"{u}.copy()", f"np.copy({u})", f"np.array({u})", f"{u}.flatten()", f"{u} * {number}", f"{u} + {w}",
            f"np.sin({u})", f"{u} * {w} * 0.5", f"{u} - {number}", f"np.zeros_like({u})", f"np.full_like({u}, {number})",
            f"{u}[I]", f"{u}[J]", f"{u}[[0, 1]]", f"{u}[{u} > 0.1]", f"np.where({u} > 0.2, {u}, {number})",
            f"np.array([{u}, {w}])", f"np.stack([{u}, {w}])", f"{u}.T.copy()", f"np.tanh({u} * 0.5)", f"-{u}",
            f"{u}[I, [0, 1]]", f"np.cos({u}).T", f"np.array([r * 0.5 for r in {u}])", f"{u}.copy(order='F')", f"+{u}",
            f"np.concatenate([{u}, {w}])", f"np.take({u}, I, axis=0)", f"np.outer({u}, {w})[:3, :3] * 0.25",
            f"np.ascontiguousarray({u}.T)", f"{u} @ {w}.T * 0.1", f"np.roll({u}, 1)", f"np.repeat({u}, 2, axis=0)",
            f"np.cumsum({u}, axis=0) * 0.3", f"np.sum({u}, axis=0)", f"np.where(M, {u}, {w})", f"{u}[I][:, ::-1]",
            f"np.tile({u}, 2)[..., :3]", f"np.sort({u}, axis=0)", f"np.pad({u}, 1)[1:4]", f"np.diag({u})", f"np.tril({u})", f"np.delete({u}, 0, axis=0)",
            f"np.insert({u}, 1, 0.5, axis=0)", f"np.append({u}, {w})[:4]", f"np.vstack([{u}, {w}])", f"np.meshgrid({u}[0], {u}[0])[0]", f"np.nan_to_num({u})",
            f"np.clip({u}, -0.5, 0.5)", f"np.positive({u})", f"np.unique({u})", f"np.compress([True, False, True], {u}, axis=0)",
            f"np.resize({u}, (2, 3))", f"np.take_along_axis({u}, np.argsort({u}, axis=0), 0)",
            f"np.choose([0, 1, 0, 1], [{u}, {w}])", f"np.select([{u} > 0], [{u}], 0.5)", f"np.kron({u}, [1.0])", f"{u}.round(1) + {u}",
            f"np.block([[{u}, {w}]])", f"np.block({u})", f"np.r_[{u}, {w}]", f"np.array(list({u}))",
        ]  # fmt: skip
        return self.random.choice(forms)

    def place(self, u: str) -> str:
        forms = [
            "0", "-1", "1:", ":-1", "::2", "...", ":", "I", "J", "[0, 1]", ":, 0", "::-1", "0, 1", "..., -1", "M",
            f"{u} > 0.3", ":, I", "I, [0, 1]", "1:, :2", "0, ::2", "None, 0", "I, 0",
        ]  # fmt: skip
        return self.random.choice(forms)

    def statement(self) -> str:
        """One more statement, as text."""
        pick, choose = self.pick, self.random.choice
        u, w = pick(), pick()
        kind = self.random.random()
        if kind < 0.3:
            return f"{self.new()} = {self.view(u)}"
        if kind < 0.42:
            return f"{self.new()} = {self.fresh(u, w)}"
        value = choose([w, f"{w} * 0.5", f"np.sin({w})", "0.25", f"{w}[0]", self.view(w), self.view(u), f"{w} * {u}"])
        sign = choose(["+=", "-=", "*="])
        forms = [
            f"{u} {sign} {value}", f"{u} {sign} {value}", f"{u}[{self.place(u)}] {sign} {value}",
            f"{u}[{self.place(u)}] = {value}", f"{u}[{self.place(u)}] = {value}", f"{self.view(u)}[...] = {value}",
            f"{u}[1:] {sign} {u}[:-1]", f"{u}[:-1] {sign} {u}[1:]", f"{u}[::-1] {sign} {u} * 0.5",
            f"{u}[...] = {u}[::-1]", f"{u}[1:] = {u}[:-1]", f"{u}.fill({choose(['0.5', w + '.ravel()[0]'])})",
            f"{u}.flags.writeable and np.copyto({u}, {value})", f"np.copyto({u}, {value}, where={u} > 0)", f"np.add({u}, {value}, out={u})",
            f"np.multiply({w}, {value}, out={u})", f"np.sin({u}, out={u})", f"{u}.flags.writeable and np.add.at({u}, I, {value})",
            f"{u}[0], {u}[1] = {u}[1], {u}[0]", f"{u}[0], {u}[1] = {u}[1].copy(), {u}[0].copy()",
            f"{u}[[0, 1]] = {u}[[1, 0]]", f"{self.new()} = bump({u}, {value})", f"{u}.T[...] {sign} {value}",
            f"{u}.ravel()[1] = {value}", f"{u}.reshape(-1)[::2] {sign} 0.5", f"np.cos({w}, out={u})",
            f"{u} = {u} + {value}", f"{u}, {w} = {w}, {u}", f"L = [{u}, {w}]; L[0][0] = {value}; L[1] {sign} 0.5",
            f"D = dict(k={u}); D['k'] {sign} {value}", f"K = Keeper(); K.x = {u}; K.x {sign} {value}",
            f"K = Keeper(); K.x = {u}; K.x[0] = {value}", f"np.sum({w}, axis=0, out={u})", f"np.dot({w}, {u}, out={u})",
            f"for r in {u}: r {sign} 0.75", f"for r, q in zip({u}, {w}): r[...] = q * 0.5",
            f"for i in range(len({u})): {u}[i] = {u}[i - 1] * 0.5", f"{u}[0] = {u}[1] = {value}",
            f"np.negative({u}, out={u}[::-1])", f"np.maximum({u}, 0.1, out={u})", f"{u}.flat[1] = 0.5",
            f"np.multiply({u}, 0.1, out={u}, where={u} > 0)", f"G[0] {sign} {value}", f"g[...] = {value}", f"{u}.sort()",
            f"np.put({u}, [0, 1], {value})", f"np.putmask({u}, {u} > 0, {w})", f"np.fill_diagonal({u}, 0.5)",
            f"g {sign} {value}", f"del {u}", f"{u}[0] **= 2", f"{u} /= 1.5", f"{u}[:] /= 2.0 + {u} * {u}",
            f"{u}.flags.writeable and np.subtract.at({u}, [0, 0], 0.25)", f"({u} if {u}.sum() > 0 else {w})[0] = {value}",
            f"np.square({u}, {u})", f"np.take({w}, I, axis=0, out={u})", f"np.clip({u}, -0.5, 0.5, out={u})",
        ]  # fmt: skip
        return choose(forms)

    def write(self, length: int) -> str:
        """The whole program: it returns a weighted sum of all that is left."""
        while len(self.statements) < length:
            text = self.statement()
            trial = text
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                kept = {k: v for k, v in self.space.items()}
                arrays = {k: v.copy() for k, v in self.space.items() if isinstance(v, np.ndarray)}
                try:
                    exec(compile(trial, "<trial>", "exec"), self.space)
                    fine = all(
                        np.all(np.isfinite(v)) and np.all(np.abs(v) < 50) and 0 < v.size <= 64
                        for k, v in self.space.items()
                        if isinstance(v, np.ndarray)
                    )
                except Exception:
                    fine = False
                if not fine:
                    self.space.clear()
                    self.space.update(kept)
                    for name, before in arrays.items():
                        if self.space[name].flags.writeable:
                            self.space[name][...] = before
                    continue
            self.statements.append(text)
        rebound = {*"gG"} & set(names_stored("\n".join(self.statements)))
        body = [*(f"global {name}" for name in sorted(rebound)), *self.statements]
        left = [n for n in dict.fromkeys(self.arrays()) if isinstance(self.space[n], np.ndarray)]
        terms = " + ".join(f"np.sum(np.sin({n} + {0.1 * i:.1f}))" for i, n in enumerate(left))
        return HEAD + "".join(f"    {s}\n" for s in [*body, f"return {terms}"])


def names_stored(text: str) -> list[str]:
    """The names that a function with these statements would make its own."""
    return [n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]


def arguments(kind: type) -> list[np.ndarray]:
    draws = np.random.default_rng(3)
    a, A, B = draws.uniform(-1, 1, 4), draws.uniform(-1, 1, (3, 4)), np.asfortranarray(draws.uniform(-1, 1, (4, 3)))
    return [a.astype(kind), A.astype(kind), B.astype(kind)]


def namespace(kind: type) -> dict[str, Any]:
    draws = np.random.default_rng(4)
    return {
        "__name__": "fuzzed",
        "np": np,
        "g": draws.uniform(-1, 1, 4).astype(kind),
        "G": draws.uniform(-1, 1, (3, 4)).astype(kind),
        "I": np.array([1, 0]),
        "J": np.array([2, 0, 2]),
        "M": np.array([True, False, True]),
    }


def loaded(text: str, name: str, kind: type) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The program as a function, with globals of its own; its source can be read."""
    space = namespace(kind)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), space)
    return space["program"], space


def exact(text: str, name: str) -> list[np.ndarray]:
    """The gradient by the complex step."""
    found = []
    for position, argument in enumerate(arguments(float)):
        entries = np.empty(argument.shape)
        for place in np.ndindex(argument.shape):
            moved = arguments(complex)
            moved[position][place] += 1j * STEP
            function, _ = loaded(text, name, complex)
            entries[place] = np.imag(function(*moved)) / STEP
        found.append(entries)
    return found


def check(seed: int) -> str:
    """'right', or the kind of error that the program was refused with; an assertion where it is wrong."""
    text = Writer(seed).write(random.Random(seed).randint(3, 12))
    name = f"/author/fuzz_{seed}.py"
    message = f"seed {seed}\n{text}"
    plain, plain_space = loaded(text, name, float)
    value = plain(*arguments(float))
    watched, space = loaded(text, name, float)
    given = arguments(float)
    both = wg.value_and_grad(watched, wrt=(0, 1, 2))
    try:
        got, gradients = both(*given)
    except WhygradError as error:
        assert error.line is not None, message
        assert error.instead, message
        return f"{type(error).__name__}: {error.what}"
    except Exception as error:
        raise AssertionError(f"{message}\n{error!r}") from error
    assert got == value, f"{message}\n{got!r} is not {value!r}"
    for name_, array in plain_space.items():
        if isinstance(array, np.ndarray):
            assert type(space[name_]) is np.ndarray, message
            np.testing.assert_array_equal(space[name_], array, err_msg=f"{message}\nthe global {name_}")
    for now, then in zip(given, arguments(float), strict=True):
        np.testing.assert_array_equal(now, then, err_msg=message)
    for found, right in zip(gradients, exact(text, name), strict=True):
        scale = max(1.0, float(np.max(np.abs(right))))
        np.testing.assert_allclose(found, right, rtol=0, atol=1e-9 * scale, err_msg=message)
    return "right"


@pytest.mark.parametrize("part", range(10))
def test_random_programs_that_write_in_place(part: int) -> None:
    outcomes = [check(SEED * 100_000 + part * COUNT // 10 + i) for i in range(COUNT // 10)]
    right = outcomes.count("right")
    print(f"seed {SEED}, part {part}: {right} of {len(outcomes)} right", set(outcomes))
    assert right >= 0.9 * len(outcomes)
