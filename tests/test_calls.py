"""Random calls of NumPy's functions over odd shapes, layouts, dtypes and options, each against plain NumPy.

A call is a line of source. It is run plainly and watched: the value must be the same bit for bit and of the same type,
the gradient right along two random directions (Ridders' differences), and the same from forward mode, from the kept
derivation at another point, with and without idioms, and from the printed code. What NumPy refuses must be refused.
A failure prints the seed and the line. WHYGRAD_FUZZ_SEED and WHYGRAD_FUZZ_COUNT choose other calls.
"""

# ruff: noqa: E501 (lists of calls)

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

SEED = int(os.environ.get("WHYGRAD_FUZZ_SEED", "7"))
COUNT = int(os.environ.get("WHYGRAD_FUZZ_COUNT", "400"))

SHAPES = [(), (1,), (0,), (3,), (4,), (3, 4), (3, 3), (1, 4), (3, 1), (0, 3), (2, 3, 4), (2, 1, 3)]

UNARY = [
    "sin",
    "cos",
    "tan",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "exp",
    "expm1",
    "exp2",
    "square",
    "abs",
    "fabs",
    "negative",
    "positive",
    "sinc",
    "deg2rad",
    "cbrt",
    "sign",
    "floor",
    "ceil",
    "trunc",
    "rint",
    "i0",
    "nan_to_num",
    "real",
    "conj",
    "round",
    "fix",
]
UNARY_ABOVE = ["log", "log2", "log10", "log1p", "sqrt", "reciprocal"]
BINARY = [
    "add",
    "subtract",
    "multiply",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "hypot",
    "arctan2",
    "logaddexp",
    "logaddexp2",
    "copysign",
]
BINARY_ABOVE = ["divide", "power", "float_power", "remainder", "fmod", "floor_divide", "heaviside"]
OPERATORS = ["+", "-", "*"]
OPERATORS_ABOVE = ["/", "**", "%", "//"]
REDUCTIONS = ["sum", "mean", "prod", "max", "min", "amax", "amin", "nansum", "nanmean", "nanmax", "nanmin", "nanprod"]
SPREADS = ["var", "std", "nanvar", "nanstd"]
METHODS = ["sum", "mean", "prod", "max", "min", "var", "std", "cumsum", "cumprod", "ptp_", "argmax"]


def expressions(r: random.Random) -> str:
    """One call. x: the array in question; y: another that broadcasts against it; both are positive in x_, y_."""
    pick = r.choice
    axis = pick(
        [
            "",
            "",
            ", axis=0",
            ", axis=-1",
            ", axis=1",
            ", axis=(0, 1)",
            ", axis=(-1,)",
            ", axis=()",
            ", axis=None",
            ", axis=np.int64(-1)",
        ]
    )
    one = pick(["0", "-1", "1", "-2"])
    keep = pick(["", "", ", keepdims=True", ", keepdims=False"])
    function, other = pick([(pick(UNARY), pick(BINARY)), (pick(UNARY_ABOVE), pick(BINARY_ABOVE))])
    p = "_" if function in UNARY_ABOVE else ""
    q = "_" if other in BINARY_ABOVE else ""
    second = pick(
        [
            f"y{q}",
            f"y{q}",
            f"x{q}",
            "0.7",
            "2",
            "np.float32(0.7)",
            "np.float64(1.3)",
            "np.int64(2)",
            f"y{q}.tolist()",
            "N",
            "F32",
            "[0.5]",
            "np.array(2.)",
            f"y{q}.T" if r.random() < 0.2 else f"y{q}",
        ]
    )
    reduction, spread = pick(REDUCTIONS), pick(SPREADS)
    kind = r.randrange(22)
    if kind == 0:
        return pick(
            [f"np.{function}(x{p})"] * 3
            + [f"np.{function}(x{p}.tolist())"]
            + (
                [
                    f"np.{function}(x{p}, out=np.empty_like(x))",
                    f"np.{function}(x{p}, out=(np.zeros(np.shape(x)),))",
                    f"np.{function}(x{p}, where=x > 0.4, out=np.ones_like(x))",
                    f"np.{function}(x{p}, dtype=np.float64)",
                    f"np.{function}(x{p}, np.zeros_like(x))",
                    f"np.{function}(x{p}, dtype='f4')",
                ]
                if function in ("sin", "exp", "square", "log", "sqrt", "negative", "tanh")
                else []
            )
        )
    if kind in (1, 2):
        forms = [f"np.{other}(x{q}, {second})", f"np.{other}({second}, x{q})"] * 3
        forms += [
            f"np.{other}.outer(x{q}, {second})",
            f"np.{other}(x{q}, {second}, out=np.zeros(np.broadcast_shapes(np.shape(x), np.shape({second}))))",
        ]
        forms += [
            f"np.{other}(x{q}, {second}, where=x > 0.4, out=np.ones(np.broadcast_shapes(np.shape(x), np.shape({second}))))",
            f"np.{other}(x{q}, {second}, dtype=np.float64)",
        ]
        return pick(forms)
    if kind in (3, 4):
        sign, q = pick([(pick(OPERATORS), ""), (pick(OPERATORS_ABOVE), "_")])
        second = pick(
            [
                f"y{q}",
                f"y{q}",
                f"x{q}",
                "0.7",
                "2",
                "np.float32(0.7)",
                "np.float64(1.3)",
                "np.int64(2)",
                f"y{q}.tolist()",
                "N",
                "F32",
                "[0.5]",
                "True",
                "np.array(2.)",
            ]
        )
        return pick([f"x{q} {sign} {second}", f"{second} {sign} x{q}", f"changed(x{q}, '{sign}', {second})"])
    if kind in (5, 6, 7):
        extra = (
            ""
            if reduction.startswith("nan")
            else pick(
                ["", "", "", ", initial=0.3", ", where=np.abs(x) > 0.2, initial=0.1", ", where=M(x), initial=0.2"]
            )
        )
        if reduction == "mean":
            extra = pick(["", ", where=M(x)"])
        if reduction in ("sum", "prod", "mean", "nansum") and r.random() < 0.2:
            extra += pick([", dtype=np.float64", ", dtype='f4'"])
        return f"np.{reduction}({pick(['x', 'x', 'x', 'x.tolist()', 'x.T'])}{axis}{keep}{extra})"
    if kind == 8:
        return f"np.{spread}(x{axis}{keep}{pick(['', '', ', ddof=1', ', correction=1', ', ddof=0'])})"
    if kind == 9:
        method = pick(METHODS)
        if method == "ptp_":
            return f"np.ptp(x{axis}{keep})"
        if method == "argmax":
            return f"np.take_along_axis(x, x.argmax(axis={one}, keepdims=True), {one})"
        return f"x.{method}({axis[2:]}{'' if method.startswith('cum') or not axis else keep})"
    if kind == 10:
        return pick(
            [
                f"np.cumsum(x, axis={one})",
                "np.cumsum(x)",
                f"np.cumprod(x, {one})",
                f"np.cumprod(x.astype('f4'), axis={one})",
                f"np.cumulative_sum(x, axis={one})",
                f"np.cumulative_sum(x, axis={one}, include_initial=True)",
                f"np.nancumsum(x, axis={one})",
                f"np.diff(x, axis={one})",
                f"np.diff(x, n=2, axis={one})",
                f"np.diff(x, axis={one}, prepend=0.)",
                f"np.gradient(x, axis={one})",
                f"np.trapezoid(x, axis={one})",
                f"np.trapezoid(x, dx=0.3, axis={one})",
                "np.ediff1d(x)",
                "np.ediff1d(x, to_begin=x)",
            ]
        )
    if kind == 11:
        return pick(
            [
                f"np.median(x{axis}{keep})",
                f"np.quantile(x, 0.3{axis}{keep})",
                f"np.percentile(x, [10, 50, 90]{axis}{keep})",
                f"np.average(x{axis}{keep})",
                f"np.average(x, weights=np.abs(x) + 1{axis}{keep})",
                f"np.nanmedian(x{axis}{keep})",
                f"np.nanquantile(x, 0.3{axis}{keep})",
                "np.cov(x)",
                "np.corrcoef(x)",
                "np.cov(x, rowvar=False)",
                "np.cov(x, y)",
                "np.cov(x, bias=True)",
                "np.cov(x, ddof=0)",
            ]
        )
    if kind == 12:
        return pick(
            [
                "np.dot(x, y)",
                "np.dot(x, x.T)",
                "x @ y",
                "x @ np.swapaxes(x, -1, -2)",
                "x.dot(2.)",
                "np.inner(x, y)",
                "np.outer(x, y)",
                "np.vdot(x, x)",
                "np.tensordot(x, x, 0)",
                "np.tensordot(x, x.T, 1)",
                f"np.tensordot(x, x, axes=({one}, {one}))",
                "np.kron(x, y)",
                "np.einsum('...i->...', x)",
                "np.einsum('...i,...i', x, x)",
                "np.einsum('i...->...', x)",
                "np.einsum('...->...', x)",
                "np.einsum('ij,kj->ik', x, x)",
                "np.einsum('ii->i', x)",
                "np.einsum('ii', x)",
                "np.einsum('i,j', x, x)",
                "np.einsum('...ij->...ji', x)",
                "np.vecdot(x, x)",
                "np.linalg.multi_dot([x, x.T, x])",
                "np.trace(x)",
                "np.trace(x, 1)",
                "np.cross(x, x + 1)",
                "np.convolve(x, [1., 2.])",
                "np.correlate(x, [1., 2., 3.], 'same')",
                "np.convolve([1., 2., 3., 4.], x, 'valid')",
                "np.matmul(x, x.T)",
                "np.matvec(x, np.ones(4))",
                "np.ascontiguousarray(x).dot(y)",
                "np.linalg.matrix_power(x, 2)",
            ]
        )
    if kind == 13:
        return pick(
            [
                f"np.concatenate([x, x * 2], axis={one})",
                f"np.concatenate((x, y.tolist()), axis={one})",
                "np.concatenate([x, x], axis=None)",
                f"np.stack([x, x * 2], axis={one})",
                "np.vstack([x, x])",
                "np.hstack([x, [1.]])",
                "np.dstack([x, x])",
                "np.column_stack([x, x])",
                "np.append(x, 1)",
                f"np.append(x, x, axis={one})",
                "np.block([[x, x], [x, x]])",
                "np.r_[x, 1.]",
                "np.c_[x, x]",
                "np.array([x, x * 2])",
                "np.array([x, 1.])",
                f"np.split(x, 2, axis={one})",
                f"np.array_split(x, 3, axis={one})",
                f"np.array_split(x, [1, 2], {one})",
                "np.hsplit(x, 2)",
                f"np.unstack(x, axis={one})",
                "np.atleast_1d(x, 2.)",
                "np.broadcast_arrays(x, y)",
                "np.meshgrid(x, [1., 2.])",
            ]
        )
    if kind == 14:
        return pick(
            [
                "np.pad(x, 1)",
                "np.pad(x, (0, 2))",
                "np.pad(x, 2, mode='edge')",
                "np.pad(x, 1, mode='reflect')",
                "np.pad(x, 2, mode='wrap')",
                "np.pad(x, 3, 'symmetric')",
                "np.pad(x, 1, constant_values=2)",
                "np.pad(x, ((1, 0), (0, 2)))",
                "np.roll(x, 1)",
                f"np.roll(x, -2, axis={one})",
                "np.roll(x, (1, 2), axis=(0, 1))",
                "np.roll(x, [1, -1], axis=[0, 0])",
                "np.flip(x)",
                f"np.flip(x, {one})",
                "np.flip(x, (0, 1))",
                "np.fliplr(x)",
                "np.flipud(x)",
                "np.rot90(x)",
                "np.rot90(x, -1)",
                "np.rot90(x, 2, axes=(1, 0))",
                "np.repeat(x, 2)",
                f"np.repeat(x, 3, axis={one})",
                "np.repeat(x, [1, 0, 2], axis=0)",
                "x.repeat(2)",
                "np.tile(x, 2)",
                "np.tile(x, (2, 1, 2))",
                "np.tile(x, 0)",
                "np.resize(x, (2, 5))",
                "np.broadcast_to(x, (2,) + np.shape(x))",
                "np.expand_dims(x, 0)",
                "np.expand_dims(x, (0, -1))",
                "np.squeeze(x)",
                "np.squeeze(x[None], axis=0)",
                "x.squeeze()",
            ]
        )
    if kind == 15:
        return pick(
            [
                "np.swapaxes(x, 0, -1)",
                "np.moveaxis(x, 0, -1)",
                "np.moveaxis(x, [0, 1], [-1, 0])",
                "np.rollaxis(x, -1)",
                "np.transpose(x)",
                "x.T",
                "x.mT",
                "np.permute_dims(x, (1, 0))",
                "np.ravel(x)",
                "np.ravel(x, 'F')",
                "x.ravel(order='K')",
                "x.ravel('A')",
                "x.flatten('F')",
                "x.flatten('K')",
                "np.reshape(x, -1)",
                "np.reshape(x, (-1, 1), order='F')",
                "x.reshape(-1, order='A')",
                "x.reshape((1, -1))",
                "np.atleast_2d(x)",
                "np.atleast_3d(x)",
                "x[..., None]",
                "x[None, ...]",
                "np.tril(x)",
                "np.triu(x, 1)",
                "np.tril(x, -1)",
                "np.diag(x)",
                "np.diag(x, 1)",
                "np.diag(x, -1)",
                "np.diagonal(x)",
                "np.diagonal(x, -1)",
                "np.diagonal(x, 0, 1, 0)",
                "x.diagonal(1)",
                "np.diagflat(x)",
                "np.vander(x)",
                "np.vander(x, 2, increasing=True)",
                "np.lib.stride_tricks.sliding_window_view(x, 2)",
                "np.lib.stride_tricks.sliding_window_view(x, 2, axis=-1)",
                "x.astype('f4')",
                "x.astype(float)",
                "np.asarray(x, dtype=np.float32)",
                "np.copy(x)",
                "x.copy('F')",
                "np.array(x, ndmin=3)",
                "np.asfortranarray(x)",
            ]
        )
    if kind == 16:
        return pick(
            [
                "x[0]",
                "x[-1]",
                "x[::2]",
                "x[::-1]",
                "x[1:2]",
                "x[..., 0]",
                "x[..., ::-2]",
                "x[None, 0]",
                "x[[0, 0, 1]]",
                "x[[0, -1]]",
                "x[np.array([0, 2, 0])]",
                "x[x > 0.3]",
                "x[x > 9]",
                "x[[True, False, True]]",
                "x[:, [0, 0]]",
                "x[[0, 1], [1, 1]]",
                "x[np.ix_([0, 1], [1, 0])]",
                "x[()]",
                "x[...]",
                "x[[]]",
                "x[np.zeros((2, 2), int)]",
                "x[np.int64(0)]",
                "x[:, None]",
                "x[1:, 0]",
                "x[0, [1, 0]]",
                "x[[1, 0], 0]",
                "x[:, 0, [1, 1]]",
                "x[0, :, [1, 1]]",
                "x[..., [0, 0]]",
                "x.flat[0]",
                "x.flat[1:]",
                "list(x.flat)",
                "x.item(0)",
                "x.tolist()",
                "list(x)",
            ]
        )
    if kind == 17:
        return pick(
            [
                f"np.take(x, [0, 0, 1], axis={one})",
                "np.take(x, [[0, 1]])",
                "np.take(x, 5, mode='clip')",
                "np.take(x, [-7, 7], mode='wrap')",
                "x.take([0, 0])",
                f"np.take_along_axis(x, np.argsort(x, axis={one}), {one})",
                f"np.sort(x, axis={one})",
                "np.sort(x, axis=None)",
                "x[np.argsort(x)]",
                f"np.partition(x, 1, axis={one})",
                "np.where(x > 0.3, x, y)",
                "np.where(x > 0.3, x, 0)",
                "np.where(x > 0.3, 1, x)",
                "np.where(x > 0.3, x, [1.])",
                "np.select([x > 0.5, x < 0], [x, x**2], 0.)",
                "np.choose((x > 0.3).astype(int), [x, x * 3])",
                f"np.compress([True, False, True], x, axis={one})",
                "np.extract(x > 0.2, x)",
                "np.clip(x, -0.2, 0.5)",
                "np.clip(x, None, y)",
                "np.clip(x, y, None)",
                "x.clip(0, 1)",
                "x.clip(max=0.4)",
                "np.clip(0.3, x, 2.)",
                "np.interp(x, [-1., 0., 1.], [1., 3., 2.])",
                "np.interp([0.2, 0.4], [-1., 0., 1., 2.], x)",
                "np.bincount([0, 1, 1], weights=x)",
                "np.insert(x, 1, 5.)",
                f"np.insert(x, 0, 2., axis={one})",
                f"np.delete(x, 0, axis={one})",
                "np.delete(x, [0, 1])",
                "np.unique(x)",
                "np.piecewise(x, [x < 0.2], [0., lambda t: t**2])",
                f"np.apply_along_axis(np.sum, {one}, x)",
                "np.linspace(x, 1., 4)",
                "np.linspace(0., x, 3, axis=-1)",
                "np.full((2, 2), x)",
                "np.full_like(x, 2) * x",
                "np.logspace(x, 1, 3)",
                "np.geomspace(x_, 3, 4)",
            ]
        )
    if kind == 18:
        order = pick(["", ", 1", ", 2", ", np.inf", ", 3", ", -np.inf"])
        return pick(
            [
                f"np.linalg.norm(x{order})",
                f"np.linalg.norm(x{order}{axis if axis and 'None' not in axis else ''}{keep})",
                f"np.linalg.norm(x, axis={one}{keep})",
                f"np.linalg.vector_norm(x{axis})",
                "np.linalg.det(x)",
                "np.linalg.inv(x)",
                "np.linalg.slogdet(x)",
                "np.linalg.solve(x, np.ones(3))",
                "np.linalg.solve(x, x)",
                "np.linalg.pinv(x)",
                "np.linalg.eigvalsh(x + x.T)",
                "np.linalg.svd(x, compute_uv=False)",
                "np.linalg.cholesky(x @ x.T + np.eye(len(x)))",
                "np.linalg.lstsq(x.T, np.ones(4))[0]",
                "np.linalg.cond(x)",
                "np.linalg.qr(x.T)[1]",
                "np.linalg.matrix_norm(x)",
                "np.linalg.norm(x, 'nuc')",
            ]
        )
    if kind == 19:
        return pick(
            [f"np.{u}.reduce(x, axis={one})" for u in ("add", "multiply", "maximum", "minimum", "logaddexp", "fmax")]
            + [
                f"np.{u}.accumulate(x, axis={one})"
                for u in ("add", "multiply", "maximum", "minimum", "subtract", "logaddexp")
            ]
            + [
                "np.add.reduceat(x, [0, 1])",
                f"np.add.reduceat(x, [0, 2, 1], axis={one})",
                "np.add.reduce(x)",
                "np.add.reduce(x, axis=None)",
                "np.add.reduce(x, (0, 1), keepdims=True)",
                "np.maximum.reduceat(x, [0, 1])",
                "np.multiply.reduceat(x, [0, 1])",
            ]
        )
    if kind == 20:
        return pick(
            [
                "np.polyval(x, 1.5)",
                "np.polyval([1., 2., 3.], x)",
                "np.polyval(x, y)",
                "np.polyder(x)",
                "np.polyint(x)",
                "np.polyadd(x, [1., 2., 3.])",
                "np.polysub([1.], x)",
                "np.polymul(x, [1., 2.])",
                "np.polymul(x, x)",
            ]
        )
    return pick(
        [
            f"special.logsumexp(x{axis}{keep})",
            f"special.softmax(x{axis})",
            f"special.log_softmax(x{axis})",
            "special.expit(x)",
            "special.xlogy(x_, y_)",
            "special.logsumexp(x, b=np.abs(x) + 1)",
            "special.xlogy(0, x_)",
            "special.erf(x)",
            "special.gammaln(x_)",
            "special.entr(x_)",
        ]
    )


TEXT = """\
def call(x, y):
    x_, y_ = np.abs(x) + 0.3, np.abs(y) + 0.3
    return {}

def loss(x, y):
    return weighed(call(x, y))

def changed(a, sign, b):
    c = a * 1
    if sign == "+": c += b
    elif sign == "-": c -= b
    elif sign == "*": c *= b
    elif sign == "/": c /= b
    elif sign == "%": c %= b
    elif sign == "//": c //= b
    else: c **= b
    return c

def weighed(a):
    if isinstance(a, (list, tuple)):
        total = 0.0
        for k, part in enumerate(a):
            total = total + weighed(part) * (k + 1.5)
        return total
    a = np.asarray(a)
    return np.sum(np.sin(a + 0.1) * np.arange(1, a.size + 1, dtype=a.dtype).reshape(a.shape))
"""


def loaded(line: str, name: str, shape: tuple[int, ...], draws: np.random.Generator) -> dict[str, Any]:
    from scipy import special

    text = TEXT.format(line)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    space: dict[str, Any] = {
        "__name__": "called",
        "np": np,
        "special": special,
        "N": draws.integers(1, 4, shape),
        "F32": np.asarray(draws.uniform(0.5, 1.5, shape), np.float32),
        "M": lambda x: np.arange(np.size(x)).reshape(np.shape(x)) % 3 != 1,
    }
    exec(compile(text, name, "exec"), space)
    return space


def laid_out(x: np.ndarray, how: int) -> np.ndarray:
    """The same numbers, in another place: Fortran order, strided, backwards, or not to be written to."""
    if how == 1:
        return x.copy(order="F")
    if how == 2 and x.ndim:
        big = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
        big[..., ::2] = x
        return big[..., ::2]
    if how == 3 and x.ndim:
        return np.ascontiguousarray(x[::-1])[::-1]
    if how == 4:
        x = x.copy()
        x.flags.writeable = False
    return x


def slope(f: Callable[[float], float]) -> tuple[float, float]:
    """The derivative at 0 and its error, by Ridders' method (Adv. Eng. Software 4, 1982)."""
    best, error, table, h = np.nan, np.inf, [], 2.0**-6
    for _ in range(7):
        row = [(f(h) - f(-h)) / (2 * h)]
        for j, before in enumerate(table):
            row.append((4 ** (j + 1) * row[-1] - before) / (4 ** (j + 1) - 1))
            doubt = max(abs(row[-1] - row[-2]), abs(row[-1] - before))
            if doubt <= error:
                best, error = row[-1], doubt
        table, h = row, h / 2
    return best, error


def same(a: Any, b: Any, tolerance: float) -> bool:
    a, b = np.asarray(a, float), np.asarray(b, float)
    scale = max(1.0, float(np.max(np.abs(b[np.isfinite(b)]), initial=0.0)))
    return np.allclose(a, b, rtol=0, atol=tolerance * scale, equal_nan=True)


def check(seed: int, line: str | None = None, shape: tuple[int, ...] | None = None) -> str:
    """'right', 'not NumPy', or the refusal; an assertion where something is wrong."""
    r, draws = random.Random(seed), np.random.default_rng(seed)
    line = line or expressions(r)
    shape = shape if shape is not None else r.choice(SHAPES)
    other = r.choice([shape, shape, shape[-1:], ()])
    kind: Any = r.choice([np.float64, np.float64, np.float64, np.float32])
    how = r.randrange(5)

    def point(number: int) -> tuple[np.ndarray, np.ndarray]:
        spots = np.random.default_rng(seed + number)
        x, y = spots.uniform(-1, 1, shape), spots.uniform(-1, 1, other)
        return laid_out(np.asarray(x, kind), how), np.asarray(y)

    name = f"/author/call_{seed}.py"
    space = loaded(line, name, shape, draws)
    loss = space["loss"]
    x, y = point(0)
    message = f"seed {seed}: {line}   x: {kind.__name__}{shape} layout {how}, y: {other}"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            plain = loss(x, y)
            if not np.isfinite(plain):
                return "not finite"
        except Exception as plain_error:
            try:
                wg.grad(loss)(x, y)
            except Exception:
                return "not NumPy"
            raise AssertionError(f"{message}\na gradient, but plainly {plain_error!r}") from plain_error
        gradient_of = wg.value_and_grad(loss)
        try:
            value, gradient = gradient_of(x, y)
        except WhygradError as error:
            assert error.instead, f"{message}\nrefused without a way out: {error}"
            return f"refused: {type(error).__name__}: {error.what}"
        except Exception as error:
            raise AssertionError(f"{message}\n{error!r}") from error
        # a sum that begins elsewhere adds in another order; nanquantile rounds twice
        exact = ("initial" not in line or ("sum" not in line and "prod" not in line)) and "nanquantile" not in line
        assert value == plain or (not exact and same(value, plain, 1e-6)), (
            f"{message}\nvalue {value!r}, plainly {plain!r}"
        )
        assert type(value) is type(plain), f"{message}\nvalue {value!r}, plainly {plain!r}"
        assert gradient.dtype == x.dtype and gradient.shape == x.shape, message
        loose = kind is np.float32 or "f4" in line or "32" in line
        moved = [draws.normal(size=shape) for _ in range(2)]
        for u in moved if x.size else []:
            if not loose:
                right, doubt = slope(lambda h, u=u: float(loss(np.asarray(x + h * u), y)))
            else:
                right, doubt = slope(lambda h, u=u: float(loss(np.asarray(x + h * u).astype(kind), y)))
            if not doubt < 1e-6 * max(1, abs(right)):  # near a kink, or rounded: no oracle here
                continue
            assert same(np.vdot(gradient, u), right, 1e-2 if loose else 1e-6), (
                f"{message}\n{np.vdot(gradient, u)} is not {right}"
            )
        u = np.asarray(moved[0], kind)
        tolerance = 1e-4 if loose else 1e-11
        forward = wg.jvp(loss)(x, y, tangents=u)[1]
        assert same(forward, np.vdot(gradient, u), tolerance), (
            f"{message}\nforward {forward}, not {np.vdot(gradient, u)}"
        )
        z, w = point(1)
        try:
            loss(z, w)
        except Exception:
            return "right"
        assert same(gradient_of(z, w)[1], wg.grad(loss)(z, w), 0), f"{message}\nthe kept derivation is stale"
        try:
            plainly = wg.derive(loss, x, y, wrt=0, idioms=False).gradients[0]
            d = wg.derive(loss, x, y, wrt=0)
        except WhygradError as error:
            return f"not derived: {type(error).__name__}: {error.what}"
        assert same(plainly, gradient, tolerance), f"{message}\nwithout idioms {plainly}, with {gradient}"
        code = d.code()
        printed: dict[str, Any] = {}
        try:
            exec(code, printed)
            _, again = printed["loss_value_and_grad"](x, y, **d.captured)
        except Exception as error:
            raise AssertionError(f"{message}\n{error!r}\n{code}") from error
        assert same(again, gradient, tolerance), f"{message}\nprinted code gives {again}, not {gradient}\n{code}"
        assert str(d)
    return "right"


@pytest.mark.parametrize("part", range(10))
def test_random_calls(part: int) -> None:
    outcomes = [check(SEED * 1_000_000 + part * COUNT // 10 + i) for i in range(COUNT // 10)]
    tried = [o for o in outcomes if o not in ("not NumPy", "not finite")]
    print(f"seed {SEED}, part {part}: {tried.count('right')} of {len(tried)} right", set(tried))
    assert tried.count("right") >= 0.8 * len(tried)
