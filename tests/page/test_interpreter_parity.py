"""The page's interpreter gets what NumPy gets: every variable of every function of the zoo, at the watched inputs and
at others, and every core primitive by itself. What is expected comes from the interpreter in Python.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from interpreter import KNOWN, Reader, close, function_of
from interpreter import entry as number
from whygrad.explaining.document import encoding
from whygrad.program.building import variable_of
from zoo import ZOO

WEB = Path(__file__).parents[2] / "web"
Object = dict[str, Any]
RNG = np.random.default_rng(11)


@functools.cache
def node() -> str:
    """The command that runs JavaScript; without it (or the page's packages) these tests are skipped."""
    found = shutil.which("node")
    if found and (WEB / "node_modules" / "vite").exists():
        return found
    what = "needs node, and web/node_modules (npm ci in web/)"
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interpreter")
    subprocess.run([node(), str(WEB / "tests" / "build_interpreter.mjs"), str(folder)], check=True, cwd=WEB)
    return folder / "interpreter.js"


def run(interpreter: Path, folder: Path, cases: list[Object]) -> Object:
    """What the page's interpreter gets for each case."""
    (folder / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    command = [node(), str(WEB / "tests" / "run_programs.mjs"), str(interpreter), str(folder)]
    subprocess.run(command, check=True)
    return json.loads((folder / "results.json").read_text(encoding="utf-8"))


def entries(value: Any) -> list[Any]:
    """Numbers as the document has them."""
    return [x if np.isfinite(x) else str(float(x)) for x in np.ravel(value).tolist()]


def moved(value: Any, seed: int) -> Any:
    """Other numbers nearby; whole numbers and truth values stay."""
    if np.result_type(value).kind != "f":
        return value
    step = np.random.default_rng(seed).uniform(-0.02, 0.02, np.shape(value))
    found = np.asarray(value * (1 + step) + step / 10, np.result_type(value))
    return float(found) if isinstance(value, float) else found


def slim(document: Object) -> Object:
    """What it takes to run Programs and links."""
    return {key: document[key] for key in ("forms", "programs", "links", "vjps")}


def array(result: Object) -> np.ndarray:
    return np.array([number(x, "float64") for x in result["data"]], float).reshape(result["shape"])


def differences(values: Object, expected: dict[int, Any]) -> list[str]:
    """Variables that are not what they should be."""
    found = []
    for index, value in expected.items():
        if str(index) not in values:
            found.append(f"{index} is not there")
            continue
        dtype = np.result_type(value)
        got = array(values[str(index)])
        if not close(got, value, 4e-6 if dtype == np.float32 else 1e-12):
            found.append(f"{index}: {got.ravel()[:9]} {got.shape} for {np.ravel(value)[:9]} {np.shape(value)}")
    return found


SIGN_IS_FREE = {"eigenvectors", "left_vectors", "right_vectors"}


def compared(program: Object, values: dict[int, Any]) -> dict[int, Any]:
    """The values that are compared: all; but where a vector's sign is free and the document tells no value that it
    could be taken from, only what the Program itself has, where the sign plays no part."""
    core = program.get("core", {"instead": [], "variables": []})
    inside = {step["primitive"] for one in core["instead"] for step in one["steps"]}
    only_core = {v["index"] for v in core["variables"]} if inside & SIGN_IS_FREE else set()
    return {i: value for i, value in values.items() if i not in only_core}


def case_of(case: Any) -> tuple[Object, list[dict[int, Any]]]:
    """A function of the zoo: its Programs at the watched inputs and at others; and what all variables should be."""
    options = {} if case.wrt is None else {"wrt": case.wrt}
    document = json.loads(wg.derive(case.function, *case.fresh_args(), **options).to_json())
    runs, expected = [], []
    for n, program in enumerate(document["programs"]):
        for v in program["variables"]:
            if v["index"] in program["inputs"] and "data" not in v:  # the points of a grid: the page makes them
                v["data"] = RNG.normal(size=document["forms"][v["form"]]["shape"]).ravel().tolist()
        reader = Reader(document, program)
        inputs = reader.inputs
        for values in (inputs, {i: moved(x, i) for i, x in inputs.items()}):
            try:
                found = reader.run(values)
            except (ArithmeticError, ValueError, np.linalg.LinAlgError):
                continue  # no value there: a logarithm of a negative number, say
            changed = [] if values is inputs else [{"variable": i, "data": entries(x)} for i, x in values.items()]
            runs.append({"program": n, "inputs": changed})
            expected.append(compared(program, found))
    return {"name": case.name, "document": slim(document), "runs": runs, "links": True}, expected


def gradients_differ(case: Object, values: dict[int, Any], gradients: Object) -> list[str]:
    """Gradients that the links do not give."""
    document = case["document"]
    program = document["programs"][0]
    shape = {v["index"]: document["forms"][v["form"]]["shape"] for v in program["variables"]}
    dtype = {v["index"]: document["forms"][v["form"]]["dtype"] for v in program["variables"]}
    found = []
    for v in program["variables"]:
        if v["index"] not in program["inputs"] or "gradient" not in v or str(v["index"]) not in gradients:
            continue
        expected = np.broadcast_to(values[v["gradient"]], shape[v["index"]])
        got = np.broadcast_to(array(gradients[str(v["index"])]), shape[v["index"]])
        if not close(got, expected, 1e-4 if "float32" in dtype.values() else 1e-9):
            found.append(f"{v['index']}: {got.ravel()[:9]} for {expected.ravel()[:9]}")
    return found


@pytest.mark.filterwarnings("ignore")
def test_functions_of_the_zoo_have_the_values_that_numpy_gives(interpreter: Path, tmp_path: Path) -> None:
    cases = {case.name: case_of(case) for case in ZOO}
    results = run(interpreter, tmp_path, [case for case, _ in cases.values()])
    wrong: list[str] = []
    for name, (case, expected) in cases.items():
        result = results[name]
        wrong += [f"{name}: {one}" for one in result["obstacles"]]
        for asked, found, values in zip(case["runs"], result.get("runs", []), expected, strict=False):
            if found["problem"]:
                wrong.append(f"{name}: {found['problem']}")
            wrong += [f"{name} {asked['program']}: {one}" for one in differences(found["values"], values)]
        if "gradients" in result:
            wrong += [f"{name}, by links: {one}" for one in gradients_differ(case, expected[0], result["gradients"])]
    assert not wrong, "\n".join(wrong)


# Each primitive by itself

A, B, ROW, COLUMN = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4)), RNG.normal(size=4), RNG.normal(size=(3, 1))
STACK = RNG.normal(size=(2, 3, 4))
ODD = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1.0, -1.0, 0.5, 2.5, -2.5, 1e-310, 1e300, -3.7, 7.0])
WHOLE = np.array([[3, -7, 0], [5, 2, -4]])
BITS = np.array([0, 1, -1, 12345, -98765, 2**40 + 3, -(2**35)])
FLAGS = np.array([True, False, True, True])
SINGLE = RNG.normal(size=(3, 4)).astype(np.float32)
SQUARE = RNG.normal(size=(4, 4))
PAIR = RNG.normal(size=(2, 4, 4)) + 3 * np.eye(4)
POSITIVE = PAIR @ PAIR.mT
EMPTY = np.zeros((0, 3))
LINE = np.linspace(-6, 6, 97)
ABOVE = np.concatenate([np.linspace(0.01, 4, 41), np.linspace(4.5, 60, 38), [170.5, 171.3]])
BESIDE = np.array([-0.3, -0.7, -1.2, -3.999, -4.5, -20.25, -0.001])
Call = tuple[tuple[Any, ...], Object]

TWO = [
    (A, B),
    (A, ROW),
    (COLUMN, ROW),
    (A, 2.5),
    (-1.5, A),
    (STACK, A),
    (0.5, 3.0),
    (ODD, ODD[::-1].copy()),
    (EMPTY, 2.0),
]
TWO += [(STACK, STACK[:, :1]), (STACK[:1], ROW), (np.array(2.0), A), (SINGLE, SINGLE), (SINGLE, 0.1), (SINGLE, A)]
TWO += [(WHOLE, 2), (WHOLE, WHOLE[0]), (WHOLE, A[:2, :3]), (np.float64(2.0), 3.0), (ODD[:, None], ODD)]
ONE = [A, STACK, ROW, 0.75, np.float64(-0.25), EMPTY, ODD, SINGLE, A[:1], WHOLE * 1.0]
AXES = [((0,), False), ((1,), True), ((0, 1), False), ((), False), ((0, 1), True)]


def calls_of(name: str) -> list[Call]:
    """Operands and parameters for a core primitive."""
    two = {"add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "arctan2", "floor_divide"}
    two |= {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
    one = {"negative", "absolute", "exp", "log", "sqrt", "log1p", "expm1", "sin", "cos", "tanh", "arctan", "sign"}
    one |= {"floor", "ceil", "rint", "trunc", "exponent", "signbit"}
    if name in two:
        return [(operands, {}) for operands in TWO]
    if name in one:
        return [((x,), {}) for x in ONE]
    if name in {"sum", "prod", "max", "min"}:
        found: list[Call] = [((A,), {"axis": list(axis), "keepdims": keep}) for axis, keep in AXES]
        for axis in ((1,), (0, 2), (0,), (2,), (1, 2), (0, 1, 2)):
            found += [((STACK,), {"axis": list(axis), "keepdims": keep}) for keep in (True, False)]
        nan = np.where(A > 0.5, np.nan, A)
        found += [((nan,), {"axis": [0], "keepdims": False}), ((SINGLE,), {"axis": [1], "keepdims": False})]
        found += [((RNG.normal(size=10_000),), {"axis": [0], "keepdims": False})] if name != "prod" else []
        found += [((WHOLE,), {"axis": [1], "keepdims": False}), ((FLAGS,), {"axis": [0], "keepdims": False})]
        return found + ([((EMPTY,), {"axis": [0], "keepdims": False})] if name in {"sum", "prod"} else [])
    return OTHERS[name]


def template(*parts: Any) -> Object:
    return {"template": [list(part) for part in parts]}


WHOLE_AXIS = ("slice", None, None, None)
READ = np.array([2, 0, 2])
MASK = np.array([[True, False, True, True], [False] * 4, [True, True, False, True]])
INDEXED: list[tuple[tuple[Any, ...], Object, tuple[int, ...]]] = [  # arrays, the index, the shape of what is read
    ((), template(("int", 1)), (4,)),
    ((), template(("int", -1), ("int", 2)), ()),
    ((), template(("slice", None, None, 2), WHOLE_AXIS), (2, 4)),
    ((), template(("ellipsis",), ("slice", None, None, -1)), (3, 4)),
    ((), template(("slice", 5, None, None)), (0, 4)),
    ((), template(("slice", -2, -9, -1), ("new",), ("slice", 1, 3, None)), (2, 1, 2)),
    ((), template(("new",), ("ellipsis",), ("int", 0)), (1, 3)),
    ((READ,), template(("array", 0)), (3, 4)),
    ((READ,), template(("slice", None, None, -1), ("array", 0), ("new",)), (3, 3, 1)),
    ((READ, np.array([1, 3, -1])), template(("array", 0), ("array", 1)), (3,)),
    ((READ[:, None], np.array([1, 3])), template(("array", 0), ("array", 1)), (3, 2)),
    ((READ,), template(("int", 1), ("new",), ("array", 0)), (3, 1)),
    ((MASK,), template(("array", 0)), (6,)),
    ((FLAGS[:3],), template(("array", 0), ("int", 1)), (2,)),
    ((np.int64(1),), template(("array", 0)), (4,)),
    ((2, np.array(-1)), template(("array", 0), ("array", 1)), ()),
]
S3 = STACK
APART: list[Call] = [  # arrays that a slice stands between come first
    ((S3, np.array([1, 0]), np.array([3, 2])), template(("array", 0), WHOLE_AXIS, ("array", 1))),
    ((S3, np.array([[1, 0]]), np.array([0, 2])), template(WHOLE_AXIS, ("array", 0), ("array", 1))),
    ((S3, MASK), template(("ellipsis",), ("array", 0))),
    ((S3, np.array([2, 1])), template(("int", 0), WHOLE_AXIS, ("array", 0))),
    ((S3, np.array([2, 1])), template(WHOLE_AXIS, ("int", 2), ("array", 0))),
]


def written(value_first: bool = False, longer: bool = False) -> list[Call]:
    """Writes at each index: of an array as large as what it reads, of a number, and of an array with an axis more."""
    found: list[Call] = []
    for arrays, params, shape in INDEXED:
        values = [RNG.normal(size=shape), 2.5, *([RNG.normal(size=(1, *shape))] if longer else [])]
        found += [(((value, A) if value_first else (A, value)) + arrays, params) for value in values]
    return found


INDEX_ALONG = np.array([[2, 0, 1, 1], [0, 0, -1, 2]])
LINEAR: list[Call] = [((SQUARE,), {}), ((PAIR,), {}), ((np.array([[2.0]]),), {})]
TALL: list[Call] = [((RNG.normal(size=s),), {}) for s in ((4, 4), (5, 3), (3, 5), (2, 4, 3), (4, 1), (1, 4), (1, 1))]
TALL_ZERO: list[Call] = [((np.triu(SQUARE),), {}), ((np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 0.5]]),), {})]
LOW_RANK = RNG.normal(size=(5, 2)) @ RNG.normal(size=(2, 3))
ALONG: list[Call] = [
    ((x,), {"axis": axis}) for x, axis in ((ROW, 0), (A, 0), (A, 1), (STACK, 1), (EMPTY, 0), (WHOLE, 1))
]
PLACES: list[Call] = [
    *(((A,), {"axis": axis, "keepdims": keep}) for axis in (0, 1, None) for keep in (False, True)),
    ((np.array([1.0, 3.0, 3.0, np.nan, 5.0, np.nan]),), {"axis": None, "keepdims": False}),
]
BITWISE: list[Call] = [((BITS, BITS[::-1].copy()), {}), ((BITS, 6), {}), ((FLAGS, ~FLAGS), {}), ((WHOLE, WHOLE), {})]
SHIFTS: list[Call] = [((WHOLE, 3), {}), ((np.array([1, 5, -9]), np.array([2, 0, 1])), {})]
EIGEN: list[Call] = [((m,), {"lower": lower}) for m in (POSITIVE, SQUARE + SQUARE.T, SQUARE) for lower in (True, False)]
WINDOWS: list[Call] = [
    ((ROW,), {"window": [2], "axis": [0]}),
    ((A,), {"window": [2, 3], "axis": [0, 1]}),
    ((STACK,), {"window": [2], "axis": [1]}),
]

OTHERS: dict[str, list[Call]] = {
    "where": [((A > 0, A, B), {}), ((FLAGS, A, 0.5), {}), ((COLUMN > 0, ROW, COLUMN), {}), ((A > 0, SINGLE, 0.1), {})],
    **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor"), BITWISE),
    **dict.fromkeys(("left_shift", "right_shift"), SHIFTS),
    "invert": [((BITS,), {}), ((FLAGS,), {})],
    "cast": [((A * 9,), {"dtype": d}) for d in ("float64", "float", "float32", "int64", "bool", "float16")]
    + [((np.array([300.7, -200.2, 77.0]),), {"dtype": "int32"}), ((WHOLE,), {"dtype": "float64"})],
    "argmax": PLACES,
    "argmin": PLACES,
    "cumsum": ALONG,
    "cumprod": ALONG,
    "place_of_running_maximum": [*ALONG, ((np.array([1.0, 3.0, 2.0, 3.0, 4.0, 0.0]),), {"axis": 0})],
    "place_of_running_minimum": [*ALONG, ((np.array([1.0, -3.0, 2.0, -3.0, 4.0]),), {"axis": 0})],
    "horner": [((A, B), {"axis": 0}), ((A, B), {"axis": 1}), ((STACK, STACK[::-1].copy()), {"axis": 1})],
    "reshape": [((A,), {"newshape": s}) for s in ([4, 3], [-1], [2, -1, 3], [12, 1])] + [((2.0,), {"newshape": []})],
    "transpose": [((A,), {"axes": [1, 0]}), ((STACK,), {"axes": [2, 0, 1]}), ((STACK,), {"axes": [0, 2, 1]})],
    "broadcast_to": [((ROW,), {"newshape": [3, 4]}), ((COLUMN,), {"newshape": [2, 3, 4]}), ((2.0,), {"newshape": [3]})],
    "concatenate": [((A, B), {"axis": 0}), ((A, COLUMN), {"axis": 1}), ((STACK, STACK[:, :2], STACK), {"axis": 1})],
    "stack": [((A, B), {"axis": 0}), ((A, B, A), {"axis": 1}), ((A, B), {"axis": 2}), ((1.0, 2.5), {"axis": 0})],
    "roll": [
        ((A,), {"shift": [1], "axis": None}),
        ((A,), {"shift": [-2], "axis": [1]}),
        ((STACK,), {"shift": [1, -5], "axis": [1, 2]}),
        ((A,), {"shift": [1, 1], "axis": [0, 0]}),
    ],
    "arange": [((0, 5, 1), {}), ((2.0, -1.0, -0.3), {}), ((0.0, 1.0, 0.1), {}), ((3, 3, 1), {}), ((7, 0, 2), {})],
    "getitem": [((A, *arrays), params) for arrays, params, _ in INDEXED] + APART,
    "setitem": written(longer=True),
    "add_at": written(),
    "scatter": written(value_first=True),
    "survives": [((A, *arrays), params) for arrays, params, _ in INDEXED if arrays],
    "take_along_axis": [((A, INDEX_ALONG), {"axis": 0}), ((A, np.array([[3], [0], [-2]])), {"axis": 1})],
    "add_along_axis": [((RNG.normal(size=(2, 4)), A, INDEX_ALONG), {"axis": 0})],
    "sliding_window_view": WINDOWS,
    "add_windows": [
        ((RNG.normal(size=np.lib.stride_tricks.sliding_window_view(x, p["window"], p["axis"]).shape), x), p)
        for (x,), p in WINDOWS
    ],
    "argsort": [
        *(((A,), {"axis": axis, "kind": "stable"}) for axis in (0, 1)),
        ((np.array([3.0, np.nan, 1.0, 1.0, -np.inf, np.inf, np.nan]),), {"axis": 0, "kind": "stable"}),
    ],
    "argpartition": [((A,), {"kth": [1], "axis": 1})],
    "searchsorted": [
        ((np.array([0.0, 1.0, 1.0, 2.5]), np.array([[1.0, -1.0], [9.0, np.nan]])), {"side": side})
        for side in ("left", "right")
    ]
    + [((np.array([1.0, 2.0, np.nan]), 2.0), {"side": "right"})],
    "nonzero": [((MASK,), {"k": k}) for k in (0, 1)],
    "flatnonzero": [((MASK,), {}), ((ODD,), {})],
    "counts": [((np.array([0, 2, 2, 5]),), {"minlength": n}) for n in (0, 9)],
    "bincount": [((np.array([0, 2, 2, 5]), ROW), {"minlength": n}) for n in (0, 9)],
    "matmul": [
        ((A, B.T), {}),
        ((A, ROW), {}),
        ((A[:, 0], A), {}),
        ((ROW, ROW), {}),
        ((STACK, ROW), {}),
        ((STACK, A.T), {}),
        ((A, STACK.mT), {}),
        ((STACK[:, None], np.stack([A.T] * 5)), {}),
        ((EMPTY.T, EMPTY), {}),
        ((RNG.normal(size=(7, 13)), RNG.normal(size=(13, 9))), {}),
        ((SINGLE, SINGLE.T), {}),
        ((WHOLE, WHOLE.T), {}),
    ],
    "einsum": [
        ((A, B), {"spec": spec, "optimize": False})
        for spec in ("ij,ij->i", "ij,kj->ik", "ij,ij", "ij,kl->jk", "ij, ij -> ji", "...j,...j->...", "ij,kj")
    ]
    + [((SQUARE,), {"spec": spec, "optimize": False}) for spec in ("ii->i", "ii", "ij->ji", "ij->", "ji", "...i->...")]
    + [
        ((STACK, A, ROW), {"spec": "bij,ij,j->bi", "optimize": True}),
        ((STACK, ROW), {"spec": "...j,j->...j", "optimize": False}),
        ((STACK, A), {"spec": "b...j,...j", "optimize": False}),
        ((COLUMN, A), {"spec": "ij,ij->i", "optimize": False}),
        ((2.0, A), {"spec": ",ij->j", "optimize": False}),
    ],
    "cross": [
        ((A[:, :3], B[0, :3]), {}),
        ((RNG.normal(size=(4, 1, 3)), RNG.normal(size=(2, 3))), {}),
        ((ROW[:3], ROW[1:]), {}),
    ],
    "solve": [
        ((PAIR[0], ROW), {}),
        ((PAIR, ROW), {}),
        ((PAIR[0], SQUARE), {}),
        ((PAIR, SQUARE[:, :2]), {}),
        ((np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([3.0, 4.0])), {}),
    ],
    "det": [*LINEAR, ((np.ones((3, 3)),), {})],
    "log_abs_det": [*LINEAR, ((np.zeros((2, 2)),), {}), ((1e200 * np.eye(4),), {})],
    "sign_of_det": [*LINEAR, ((-np.eye(3),), {}), ((np.zeros((2, 2)),), {})],
    "cholesky": [((POSITIVE,), {}), ((POSITIVE[0],), {})],
    "qr_q": [*TALL, *TALL_ZERO],
    "qr_r": [*TALL, *TALL_ZERO],
    "eigenvalues": EIGEN,
    "eigenvectors": EIGEN,
    "singular_values": [*TALL, ((LOW_RANK,), {}), ((np.zeros((3, 2)),), {})],
    "left_vectors": TALL,
    "right_vectors": TALL,
    "pinv": [*TALL, ((LOW_RANK,), {}), ((np.zeros((3, 2)),), {})],
    "erf": [((x,), {}) for x in (LINE, ODD, LINE * 1e-3, A, SINGLE)],
    "erfinv": [
        ((np.concatenate([np.linspace(-1.1, 1.1, 67), [1 - 1e-9, 1e-12 - 1, 1e-20, 0.999999]]),), {}),
        ((ODD,), {}),
    ],
    "gamma": [((x,), {}) for x in (ABOVE, BESIDE, ODD, np.array([-0.5, -1.5, -170.2, 172.0, 1e-5]))],
    "gammaln": [((x,), {}) for x in (ABOVE, BESIDE, ODD, np.array([1.0, 2.0, 1e5, 1e-8, -170.2]))],
    "polygamma": [((x,), {"n": n}) for n in range(4) for x in (ABOVE, BESIDE, ODD, np.array([1e5, 1e-3, 1.4616]))],
    "iv": [((x,), {"order": n}) for n in (0, 1, 2, 5, -1, 0.5) for x in (ABOVE, LINE * 4, ODD[np.abs(ODD) != 1e-310])]
    + [((np.array([700.0, 300.5, 1e-9]),), {"order": 0})],
    "jv": [
        ((x,), {"order": n}) for n in (0, 1, 2, 7, -2, 0.5) for x in (ABOVE, LINE * 4, ODD, np.array([700.0, 40.5]))
    ],
}


def document_of(name: str, operands: tuple[Any, ...], params: Object, value: Any) -> Object:
    """A document that holds one step; what it makes has its value, from which vectors take their sign."""
    forms, variables = encoding.Forms(), []
    for i, x in enumerate((*operands, value)):
        variables.append({**forms.variable(i, variable_of(x)), **encoding.entries(x)})
    n = len(operands)
    step = {"primitive": name, "inputs": list(range(n)), "outputs": [n], "params": params}
    program = {"name": "value_and_grad", "inputs": list(range(n)), "outputs": [n], "variables": variables}
    program |= {"steps": [step], "split": 1, "primitives": [name], "runnable": True, "obstacles": []}
    return {"forms": forms.found(), "programs": [program], "links": [], "vjps": []}


@pytest.mark.filterwarnings("ignore")
def test_each_core_primitive_gives_what_numpy_gives(interpreter: Path, tmp_path: Path) -> None:
    cases, expected = [], {}
    for primitive in sorted(KNOWN):
        for n, (operands, params) in enumerate(calls_of(primitive)):
            try:
                with np.errstate(all="ignore"):
                    value = function_of(primitive)(*operands, **params)
            except (TypeError, ArithmeticError, ValueError):  # not computed by NumPy itself
                continue
            name = f"{primitive} {n} {[np.shape(x) for x in operands]} {params}"
            document = document_of(primitive, operands, params, value)
            cases.append({"name": name, "document": document, "runs": [{"program": 0, "inputs": []}], "links": False})
            expected[name] = (len(operands), value)
    results = run(interpreter, tmp_path, cases)
    wrong = []
    for name, (place, value) in expected.items():
        result = results[name]
        wrong += [f"{name}: {one}" for one in result["obstacles"]]
        for found in result.get("runs", []):
            if found["problem"]:
                wrong.append(f"{name}: {found['problem']}")
            wrong += [f"{name}: {one}" for one in differences(found["values"], {place: value})]
    assert not wrong, "\n".join(wrong)
