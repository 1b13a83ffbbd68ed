"""The document: it says all, it says it as its schema promises, and what it holds can be run again without whygrad."""

import ast
import functools
import inspect
import itertools
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from interpreter import KNOWN, Reader, close, entry
from interpreter import array as read_array
from schemas import problems
from whygrad.explaining.document import encoding
from whygrad.explaining.document.contents import SCHEMA, document
from whygrad.explaining.document.graph import LONGEST, Graph
from whygrad.explaining.document.layering import draw
from whygrad.explaining.naming import CALLED
from whygrad.program import Constant, Primitive, Program, Step, Variable, evaluate, evaluate_all
from whygrad.program.building import variable_of
from whygrad.rules import ROWS
from whygrad.rules.core import is_core, to_core
from whygrad.shown import mazur, tutorial
from zoo import ZOO
from zoo.case import Case

every_case = pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ZOO])
Document = dict[str, Any]


@functools.cache
def schema() -> dict[str, Any]:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


@functools.cache
def of_case(name: str) -> Document:
    """The document of a case of the zoo, read back from its text."""
    case = next(case for case in ZOO if case.name == name)
    options = {} if case.wrt is None else {"wrt": case.wrt}
    return json.loads(wg.derive(case.function, *case.fresh_args(), **options).to_json())


def of(f: Any, *args: Any, **options: Any) -> Document:
    return json.loads(wg.derive(f, *args, **options).to_json())


def tutorials() -> Document:
    return of(tutorial.loss, tutorial.syn0, tutorial.syn1)


def readers(found: Document) -> list[Reader]:
    """The Programs of a document whose inputs it holds, ready to run."""
    told = found.get("training", {}).get("predict", {}).get("program")
    return [Reader(found, program) for program in found["programs"] if program["name"] != told]


def run(reader: Reader) -> dict[int, Any]:
    assert set(reader.program["primitives"]) <= KNOWN
    return reader.run()


def test_the_interpreter_knows_the_core_and_nothing_else() -> None:
    assert {name for name, row in ROWS.items() if row.is_core} == KNOWN


def tolerance(case: Case) -> float:
    return 1e-12 if case.dtype == "float64" else 1e-6


def node(found: Document, name: str) -> dict[str, Any]:
    return next(n for n in found["graph"]["nodes"] if n["name"] == name)


# The schema


@every_case
def test_the_document_is_what_its_schema_says(case: Case) -> None:
    assert list(problems(of_case(case.name), schema(), schema())) == []


def test_every_object_of_the_schema_has_a_name_and_every_name_is_used() -> None:
    used = set()

    def walk(part: Any, named: bool) -> None:
        if isinstance(part, dict):
            assert named or not {"properties", "anyOf", "enum"} & set(part), part
            used.add(part.get("$ref", "").removeprefix("#/$defs/"))
            for key, one in part.items():
                for inner in one.values() if key == "properties" else [one]:
                    walk(inner, False)
        elif isinstance(part, list):
            for one in part:
                walk(one, False)

    top = {key: value for key, value in schema().items() if key != "$defs"}
    walk(top, True)
    for one in schema()["$defs"].values():
        walk(one, True)
    assert used - {""} == set(schema()["$defs"])


def test_the_validator_finds_what_is_wrong() -> None:
    found = tutorials()
    found["graph"]["nodes"][0]["x"] = "left"
    found["graph"]["nodes"][1]["colour"] = "red"
    del found["programs"][0]["steps"][0]["inputs"]
    found["function"]["d"] = "D"
    told = list(problems(found, schema(), schema()))
    assert len(told) == 4
    assert any("colour is not in the schema" in one for one in told)
    assert any("inputs is missing" in one for one in told)


# It can be run again


@every_case
def test_an_interpreter_that_knows_only_the_core_gets_the_same_values(case: Case) -> None:
    for reader in readers(of_case(case.name)):
        if not reader.program["runnable"]:
            assert reader.program["obstacles"]
            continue
        values = run(reader)
        for index, value in reader.whole.items():
            assert close(values[index], value, tolerance(case)), index


@every_case
def test_walking_the_links_back_is_the_backward_pass(case: Case) -> None:
    found = of_case(case.name)
    program = found["programs"][0]
    if not program["runnable"]:
        return
    reader = Reader(found, program)
    values = run(reader)
    shape = {v["index"]: found["forms"][v["form"]]["shape"] for v in program["variables"]}
    gradients: dict[int, Any] = {program["outputs"][0]: np.array(1.0)}
    for link in found["links"]:
        upstream = np.array(np.broadcast_to(gradients[link["result"]], shape[link["result"]]))
        share = np.broadcast_to(reader.send_back(link, upstream, values), shape[link["operand"]])
        gradients[link["operand"]] = gradients.get(link["operand"], 0) + share
    for leaf in (leaf for wanted in found["wrt"] for leaf in wanted["leaves"]):
        expected = np.broadcast_to(values[leaf["gradient"]], shape[leaf["variable"]])
        got = np.broadcast_to(gradients.get(leaf["variable"], 0.0), shape[leaf["variable"]])
        assert close(got, expected, 1e-9 if case.dtype == "float64" else 1e-4)


def test_moved_inputs_give_what_the_function_gives() -> None:
    reader = readers(tutorials())[0]
    syn0, syn1 = reader.program["inputs"]
    moved = {syn0: tutorial.syn0 + 0.25, syn1: tutorial.syn1 * 1.5}
    values = reader.run(moved)
    value, gradients = wg.value_and_grad(tutorial.loss, wrt=(0, 1))(*moved.values())
    output, *others = reader.program["outputs"]
    assert close(values[output], value, 1e-14)
    for index, gradient in zip(others, gradients, strict=True):
        assert close(values[index], gradient, 1e-14)


def test_the_questions_tell_whether_the_branch_still_holds() -> None:
    def bent(x: Any) -> Any:
        if x[0] * 2 > 1:
            return np.sum(x**2)
        return np.sum(x)

    found = of(bent, np.array([0.75, 2.0]))
    reader = readers(found)[1]
    (guard,) = reader.program["guards"]
    (x,) = reader.program["inputs"]
    assert guard["text"] == "x[0] * 2 > 1"
    assert guard["outcome"] is True
    assert bool(reader.run({x: np.array([0.75, 2.0])})[guard["variable"]])
    assert not bool(reader.run({x: np.array([0.25, 2.0])})[guard["variable"]])


def test_a_number_means_the_same_in_the_core() -> None:
    def f(x: Any) -> Any:
        return np.mean(x**2) + np.mean(x)

    (program,) = of(f, np.array([1.0, 2.0, 4.0]))["programs"]
    assert "mean" in {s["primitive"] for s in program["steps"]}
    instead = [s for one in program["core"]["instead"] for s in one["steps"]]
    assert {"sum", "divide"} <= {s["primitive"] for s in instead}
    assert "mean" not in {s["primitive"] for s in instead}
    numbers = {v["index"] for v in program["variables"]}
    assert numbers.isdisjoint(v["index"] for v in program["core"]["variables"])
    for one in program["core"]["instead"]:
        assert one["steps"][-1]["outputs"] == [one["of"]]


def test_the_core_keeps_whole_numbers_whole() -> None:
    table = np.array([1.0, 2.0, 3.0])
    reader = readers(of(lambda x: np.sum(x * table[np.arange(3, 6) % 3]), np.ones(3)))[0]
    values = run(reader)
    types = {v["index"]: reader.forms[v["form"]]["dtype"] for v in reader.program["variables"]}
    assert all(np.result_type(value).kind == np.dtype(types[i]).kind for i, value in values.items() if i in types)


def test_the_core_of_a_core_program_is_itself() -> None:
    program = wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1).derivative
    assert to_core(program.program, program.values)[0] is program.program


def test_a_loop_is_written_with_its_body_and_run() -> None:
    number = Variable("x", (), np.dtype(float), "python")
    multiply, mean = ROWS["multiply"].primitive, ROWS["mean"].primitive
    body = Program((number,) * 3, (0, 1), (), (Step(multiply, (0, 1), (), (2,)),), (2,))
    loop = Step(Primitive("repeat", lambda: None), (0, 1), (), (2,), None, body, 5)
    whole = Program((number,) * 3, (0, 1), (), (loop,), (2,))
    core, _ = to_core(whole, [2.0, 3.0, 486.0])
    forms = encoding.Forms()
    written = encoding.step(core.steps[0], {}, forms)
    assert list(problems(written, schema()["$defs"]["Step"], schema())) == []
    reader = Reader({"forms": forms.found(), "programs": []}, {"steps": [written], "variables": [], "inputs": []})
    assert reader.run({0: 2.0, 1: 3.0})[2] == 486.0 == evaluate(whole, [2.0, 3.0])[0]

    entries = Variable("x", (4,), np.dtype(float))
    inner = Program((entries, number), (0,), (), (Step(mean, (0,), ((0,), False), (1,)),), (1,))
    around = Program((entries, number), (0,), (), (Step(loop.primitive, (0,), (), (1,), None, inner, 1),), (1,))
    core, _ = to_core(around, [np.arange(4.0), 1.5])
    assert core.steps[0].body is not None
    assert all(is_core(step) for step in core.steps[0].body.steps)


# Numbers


@pytest.mark.parametrize(
    "value",
    [
        np.array([0.1, -0.0, np.nan, np.inf, -np.inf, 5e-324, 1.7976931348623157e308]),
        np.array([0.1, 1 / 3, np.nan, 3.4e38], dtype=np.float32),
        np.array([[1, 2**53 + 1], [-(2**63), 2**63 - 1]]),
        np.array([True, False]),
        np.zeros((0, 3)),
        np.array(2.5),
        np.array([2**64 - 1], dtype=np.uint64),
    ],
    ids=lambda value: f"{value.dtype}{value.shape}",
)
def test_numbers_come_back_exactly(value: np.ndarray) -> None:
    forms = encoding.Forms()
    constant = forms.constant(Constant(0, value, "captured"), variable_of(value))
    written = json.loads(json.dumps(constant, allow_nan=False))
    assert list(problems(written, schema()["$defs"]["Variable"], schema())) == []
    back = read_array(written, forms.found()[0])
    assert back.dtype == value.dtype
    assert back.shape == value.shape
    assert back.tobytes() == value.tobytes()


@pytest.mark.filterwarnings("ignore")
def test_what_is_not_finite_is_told_as_text() -> None:
    found = of(lambda x: np.sum(np.log(x)), np.array([0.0, 1.0]))
    assert found["value"] == "-inf"
    assert entry(found["value"], "float64") == -np.inf


def test_large_values_are_summarised_and_the_document_says_that_it_cannot_be_run() -> None:
    data = np.random.default_rng(5).normal(size=(400, 300))
    found = of(lambda w: np.sum((data @ w) ** 2), np.ones(300))
    (program,) = found["programs"]
    assert not program["runnable"]
    assert program["obstacles"] == ["data is too large to be written out"]
    (large,) = [v for v in program["variables"] if v.get("role") == "captured"]
    summary = large["summary"]
    assert "data" not in large
    assert summary["size"] == sum(summary["histogram"]) == data.size
    assert summary["norm"] == pytest.approx(np.linalg.norm(data))
    assert list(problems(found, schema(), schema())) == []
    (w,) = program["inputs"]
    assert next(v for v in program["variables"] if v["index"] == w)["data"] == [1.0] * 300
    assert len(json.dumps(found)) < 100_000


def test_what_is_given_is_whole_before_what_is_computed() -> None:
    found = of(lambda x: np.sum(np.sin(x) + np.cos(x)), np.ones(60_000))
    (program,) = found["programs"]
    assert program["runnable"]
    written = {v["index"] for v in program["variables"] if "data" in v}
    assert set(program["inputs"]) <= written
    assert sum(len(v.get("data", [])) for v in program["variables"]) <= encoding.WHOLE


def test_arrays_that_were_written_over_are_told_as_they_were() -> None:
    def f(x: Any) -> Any:
        buffer = np.zeros(2)
        buffer[0] = x[0]
        first = buffer
        buffer[1] = x[1] * x[0]
        return np.sum(first**2)

    (program,) = of(f, np.array([2.0, 3.0]))["programs"]
    written = {v["index"]: v for v in program["variables"]}
    versions = [written[s["outputs"][0]]["data"] for s in program["steps"] if s["primitive"] == "setitem"]
    assert versions[:2] == [[2.0, 0.0], [2.0, 6.0]]


def written_in_place(x: Any) -> Any:
    buffer = np.zeros(4)
    buffer[0] = x[0]
    other_name = buffer
    buffer[1] = x[1] * x[0]
    view = buffer[:2]
    buffer[2] = view[0] + view[1]
    buffer[3] = np.sin(buffer[2])
    view *= 2.0
    buffer[0] = buffer[1] - 1
    square = buffer.reshape(2, 2)
    square[1, 0] = 7.0 * x[0]
    square.T[0, 1] += x[1]
    copy = x.copy()
    copy[0] = 1.0
    copy[1] = copy[0] * 3
    copy += x
    return np.sum(other_name**2) + np.sum(copy * x)


def test_every_version_of_an_array_written_in_place_has_its_own_values() -> None:
    d = wg.derive(written_in_place, np.array([2.0, 3.0]))
    values = d.derivative.values
    traced = evaluate_all(d.program, [values[i] for i in d.program.inputs])
    for variable in json.loads(d.to_json())["programs"][0]["variables"]:
        index = variable["index"]
        assert np.array_equal(values[index], traced[index])
        assert variable["data"] == np.ravel(traced[index]).tolist()
    writes = [values[s.output].tolist() for s in d.program.steps if s.primitive.name == "setitem"]
    assert writes[:5] == [
        [2, 0, 0, 0],
        [2, 6, 0, 0],
        [2, 6, 8, 0],
        [2, 6, 8, np.sin(8)],
        [4, 12, 8, np.sin(8)],
    ]


def test_the_warning_of_an_infinity_names_the_write_that_brought_it() -> None:
    def f(x: Any) -> Any:
        buffer = np.zeros(2)
        buffer[0] = x
        buffer[1] = 1 / (x - 1)
        return np.sum(buffer)

    with np.errstate(all="ignore"), pytest.warns(wg.errors.NonFiniteWarning, match=r"divide of .*\n.*1 / \(x - 1\)"):
        wg.derive(f, np.float64(1.0))


# Which characters name which variable


def names_read(code: str) -> dict[tuple[int, int], str]:
    """Where names of variables stand in Python code, found by Python: name by start and end in characters."""
    starts = list(itertools.accumulate((len(row) + 1 for row in code.split("\n")), initial=0))
    rows = [row.encode() for row in code.split("\n")]
    found = {}
    for one in ast.walk(ast.parse(code)):
        if isinstance(one, ast.Name) and one.id not in CALLED:
            start = starts[one.lineno - 1] + len(rows[one.lineno - 1][: one.col_offset].decode())
            found[start, start + len(one.id)] = one.id
    return found


def printed_lines(found: Document) -> list[dict[str, Any]]:
    return [*found["given"], *found["forward"], *found["backward"]]


@every_case
def test_parts_are_all_the_names_that_stand_in_a_line(case: Case) -> None:
    found = of_case(case.name)
    known = {v["index"]: v for program in found["programs"] for v in program["variables"]}
    for line in printed_lines(found):
        code, parts = line["code"], [tuple(part) for part in line["parts"]]
        assert [(a, b) for a, b, _ in parts] == sorted(names_read(code))
        for start, end, v in parts:
            written = {known[v].get("code", known[v].get("name")), line["name"] if v == line["target"] else None}
            assert code[start:end] in written, line
        assert line["target"] in {v for _, _, v in parts}


@every_case
def test_parts_are_the_variables_that_the_steps_of_a_line_read(case: Case) -> None:
    """The version that is read, where a name has several; besides these, only shapes and sizes are read."""
    found = of_case(case.name)
    steps = {step["outputs"][0]: step for step in found["programs"][0]["steps"]}
    for line in (*found["forward"], *found["backward"]):
        read = {line["target"], *(i for v in line["covers"] for i in steps[v]["inputs"])}
        for start, end, v in line["parts"]:
            rest = line["code"][end:]
            size = rest.startswith((".shape", ".size")) or line["code"][:start].endswith(("len(", "_like("))
            minus = line["code"][:start].endswith("-")
            assert v in read or size or minus or not line["covers"], (line["code"], line["code"][start:end])


def test_each_version_of_a_name_is_a_part_of_its_own() -> None:
    def f(x: Any) -> Any:
        sum = x * 2.0
        for _ in range(3):
            sum = np.tanh(sum)
        buffer = np.zeros(3)
        buffer[0] = sum.sum()
        buffer[1] = buffer[0] * x.shape[0]
        return np.sum(buffer * "sum x".count("x"))

    found = of(f, np.array([0.5, 0.25]))
    (program,) = found["programs"]
    names = {v["index"]: v.get("name") for v in program["variables"]}
    told = [
        [(line["code"][a:b], names[v]) for a, b, v in line["parts"]]
        for line in found["forward"]
        if line["code"].startswith(("sum", "buffer"))
    ]
    assert told[0] == [("sum_", "sum"), ("x", "x")]
    assert told[1] == [("sum_1", "sum_1"), ("sum_", "sum")]
    assert told[2] == [("sum_2", "sum_2"), ("sum_1", "sum_1")]
    writes = [line for line in found["forward"] if "buffer[" in line["code"]]
    versions = [[v for a, b, v in line["parts"] if line["code"][a:b] == "buffer"] for line in writes]
    assert versions[0] == [versions[0][0]] * 2
    assert versions[1] == [versions[1][0], versions[0][0]]


# Words, spans, sources


def test_the_tutorials_document_tells_lines_reasons_and_links() -> None:
    found = tutorials()
    assert [line["code"] for line in found["forward"]][:2] == ["z1 = X @ syn0", "k1 = 1 / (1 + np.exp(-z1))"]
    last = found["backward"][-1]
    assert last["code"] == "dsyn0 = X.T @ dz1"
    assert last["formula"]["text"] == "∂L/∂syn0 = ∂L/∂z1 · ∂z1/∂syn0"
    (path,) = last["paths"]
    (link,) = [found["links"][n] for n in path]
    names = {v["index"]: v.get("name") for v in found["programs"][0]["variables"]}
    assert (names[link["operand"]], names[link["result"]], link["local"]) == ("syn0", "z1", "Xᵀ ·")
    assert link["rule"] == "matmul"
    assert found["function"] == {"name": "loss", "symbol": "L", "d": "∂", "file": "tutorial.py", "line": 13}
    assert [w["leaves"][0]["name"] for w in found["wrt"]] == ["dsyn0", "dsyn1"]


def test_backward_lines_are_those_of_the_derivation() -> None:
    d = wg.derive(mazur.loss, mazur.W1, mazur.W2)
    found = document(d)
    assert [line["code"] for line in found["backward"]] == [step.line.text for step in d.steps]
    for line, step in zip(found["backward"], d.steps, strict=True):
        told = [link["why"] for link in (found["links"][n] for n in line["telling"])]
        parts = (line["opening"], *told, *line.get("stretched", []), *line.get("remarks", []))
        assert " ".join(part for part in parts if part) == step.summary
        assert len(line["paths"]) == len(step.paths)
        for path, told in zip(line["paths"], step.paths, strict=True):
            assert [found["links"][n]["local"] for n in path] == [link.local for link in told.links]


@every_case
def test_spans_point_at_the_text_that_they_name(case: Case) -> None:
    found = of_case(case.name)
    for span in found["spans"]:
        rows = {
            block["line"] + n: row
            for block in found["sources"][span["file"]]["blocks"]
            for n, row in enumerate(block["lines"])
        }
        if span["line"] == span["end_line"] and rows:
            assert rows[span["line"]][span["column"] : span["end_column"]].strip() == span["text"]
        assert span.get("caller", -1) < found["spans"].index(span)


def test_columns_count_characters(tmp_path: Path) -> None:
    file = tmp_path / "greek.py"
    file.write_text("import numpy as np\n\ndef f(θ):\n    return 'ü' and np.sin(θ) * θ\n", encoding="utf-8")
    space: dict[str, Any] = {}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), space)
    found = of(space["f"], 0.5)
    texts = {s["text"]: s for s in found["spans"]}
    sine = texts["np.sin(θ)"]
    row = found["sources"][0]["blocks"][0]["lines"][sine["line"] - 3]
    assert row[sine["column"] : sine["end_column"]] == "np.sin(θ)"


def test_rounds_of_a_loop_are_counted() -> None:
    def f(x: Any) -> Any:
        for _ in range(3):
            x = np.sin(x)
        return x

    found = of(f, 0.5)
    steps = found["programs"][0]["steps"][:3]
    assert [s["round"] for s in steps] == [0, 1, 2]


def test_calls_are_told_as_a_chain() -> None:
    def square(z: Any) -> Any:
        return z * z

    found = of(lambda x: square(x) + 1.0, 3.0)
    spans = found["spans"]
    span = spans[found["programs"][0]["steps"][0]["span"]]
    assert span["text"] == "z * z"
    assert spans[span["caller"]]["text"] == "square(x)"


@every_case
def test_no_folder_of_the_machine_is_named(case: Case) -> None:
    text = json.dumps(of_case(case.name), ensure_ascii=False)
    assert str(Path(__file__).parent) not in text
    assert str(Path.home()) + "/" not in text
    assert all("/" not in source["name"] for source in of_case(case.name)["sources"])


def test_files_of_one_name_are_told_apart_by_a_number() -> None:
    from whygrad.explaining.document.sources import short_names

    assert short_names(["/a/net.py", "/b/net.py", "/b/c.py", "/c/net.py"]) == [
        "net.py",
        "net.py (2)",
        "c.py",
        "net.py (3)",
    ]


def test_the_same_derivation_gives_the_same_bytes() -> None:
    assert wg.derive(mazur.loss, mazur.W1, mazur.W2).to_json() == wg.derive(mazur.loss, mazur.W1, mazur.W2).to_json()
    code = (
        "import whygrad as wg; from whygrad.shown import tutorial as t;"
        "print(wg.derive(t.loss, t.syn0, t.syn1).to_json(), end='')"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_an_indent_changes_the_form_and_nothing_else() -> None:
    d = wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1)
    assert "\n" not in d.to_json()
    assert d.to_json(indent=2).startswith('{\n  "format"')
    assert json.loads(d.to_json(indent=2)) == json.loads(d.to_json())


# The graph


def graphs(found: Document) -> list[dict[str, Any]]:
    return [found["graph"], *(fold["graph"] for fold in found["folds"])]


@every_case
def test_nodes_do_not_overlap_and_edges_lead_right(case: Case) -> None:
    for graph in graphs(of_case(case.name)):
        check_drawing(graph)


def check_drawing(graph: dict[str, Any]) -> None:
    nodes = {n["variable"]: n for n in graph["nodes"]}
    boxes = [
        (n["x"] - n["width"] / 2, n["y"] - n["height"] / 2, n["x"] + n["width"] / 2, n["y"] + n["height"] / 2)
        for n in graph["nodes"]
    ]
    for left, top, right, bottom in boxes:
        assert left >= -0.01
        assert top >= -0.01
        assert right <= graph["width"] + 0.01
        assert bottom <= graph["height"] + 0.01
    if len(boxes) <= 60:
        for n, one in enumerate(boxes):
            for other in boxes[:n]:
                assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for edge in graph["edges"]:
        start, end = nodes[edge["from"]], nodes[edge["to"]]
        assert start["layer"] < end["layer"]
        whole = [*start.get("trunk", [])[: edge.get("along", 0)], *edge["route"]]
        xs = [x for x, _ in whole]
        assert xs == sorted(xs)
        assert whole[0] == [pytest.approx(start["x"] + start["width"] / 2, abs=0.02), start["y"]]
        assert xs[-1] == pytest.approx(end["x"] - end["width"] / 2, abs=0.02)
        assert abs(edge["route"][-1][1] - end["y"]) <= end["height"] / 2


def test_the_tutorials_graph_is_the_one_a_teacher_draws() -> None:
    found = tutorials()
    names = {n["variable"]: n["name"] for n in found["graph"]["nodes"]}
    edges = {(names[e["from"]], names[e["to"]]) for e in found["graph"]["edges"]}
    assert edges == {
        *(
            ("X", "z1"),
            ("syn0", "z1"),
            ("z1", "k1"),
            ("k1", "z2"),
            ("syn1", "z2"),
            ("z2", "k2"),
            ("k2", "L"),
            ("y", "L"),
        )
    }
    assert [node(found, n)["layer"] for n in ("X", "syn0", "z1", "k1", "syn1", "z2", "k2", "y", "L")] == [
        *(0, 0, 1, 2, 2, 3, 4, 4, 5)
    ]
    assert node(found, "k1")["operation"] == "σ(z1)"
    assert node(found, "k1")["gradient_name"] == "∂L/∂k1"
    assert node(found, "syn0")["differentiated"]
    assert "gradient" not in node(found, "X")


def test_what_stands_in_a_node_is_short() -> None:
    for case in ZOO:
        for one in of_case(case.name)["graph"]["nodes"]:
            assert len(one.get("operation", "")) <= LONGEST


def test_an_unnamed_number_is_no_node() -> None:
    found = of(lambda x: np.sum(x * np.sqrt(3.0) + x / np.sqrt(3.0)), np.ones(2))
    assert [n["role"] for n in found["graph"]["nodes"]].count("created") == 0


def crossings(edges: list[tuple[int, int]], middles: tuple[tuple[float, float], ...]) -> int:
    return sum(
        (middles[a][1] - middles[c][1]) * (middles[b][1] - middles[d][1]) < 0
        for n, (a, b) in enumerate(edges)
        for c, d in edges[:n]
    )


def test_a_graph_that_can_be_drawn_without_crossings_is() -> None:
    edges = [(0, 5), (1, 4), (2, 3), (5, 6), (4, 7), (3, 8)]
    drawing = draw([(4.0, 3.0)] * 9, edges)
    assert crossings(edges[:3], drawing.middles) == 0
    assert crossings(edges[3:], drawing.middles) == 0


def test_a_chain_is_drawn_straight() -> None:
    drawing = draw([(4.0, 3.0)] * 50, [(n, n + 1) for n in range(49)])
    assert len({y for _, y in drawing.middles}) == 1


def test_what_is_carried_from_round_to_round_and_what_all_rounds_read_is_drawn_straight() -> None:
    graph = document(unrolled(4))["graph"]
    by_name = {n["name"]: n for n in graph["nodes"]}
    assert len({by_name[name]["y"] for name in ("z[0]", "h_1", "z[1]", "h_2", "z[2]", "h_3", "z[3]")}) == 1
    for name in ("W", "U", "words"):
        assert len({y for _, y in by_name[name]["trunk"][1:]}) == 1


def test_edges_pass_other_nodes_at_a_distance() -> None:
    drawing = draw([(4.0, 3.0)] * 4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    route = (*drawing.trunks[0][: drawing.along[3]], *drawing.routes[3])
    for x, y in drawing.middles[1:3]:
        over = [py for px, py in route if abs(px - x) <= 2.01]
        assert all(abs(py - y) > 1.5 for py in over)
    assert len(route) > 2


@pytest.mark.parametrize("sizes", [[], [(3.0, 2.0)], [(3.0, 2.0)] * 3])
def test_graphs_without_edges_are_drawn(sizes: list[tuple[float, float]]) -> None:
    drawing = draw(sizes, [])
    assert len({middle for middle in drawing.middles}) == len(sizes)


def test_edges_beyond_all_bounds_go_round() -> None:
    count = 400
    edges = [(n, n + 1) for n in range(count - 1)] + [(n, count - 1) for n in range(count - 2)]
    drawing = draw([(4.0, 3.0)] * count, edges)
    assert all(list(route) == sorted(route, key=lambda p: p[0]) for route in drawing.routes)
    assert drawing.middles == draw([(4.0, 3.0)] * count, edges).middles


# What folds


def folded(found: Document, kind: str) -> dict[str, Any]:
    return next(fold["graph"] for fold in found["folds"] if fold["by"] == kind)


def titles(found: Document, kind: str) -> list[str]:
    return [group["title"] for group in found["groups"] if group["kind"] == kind]


def made_in(found: Document, group: dict[str, Any]) -> list[str]:
    return [line["name"] for line in found["forward"][group["first"] : group["last"] + 1]]


@every_case
def test_groups_lie_in_one_another_or_apart(case: Case) -> None:
    found = of_case(case.name)
    groups = found["groups"]
    for number, group in enumerate(groups):
        assert 0 <= group["first"] < group["last"] < len(found["forward"])
        within = groups[group["within"]] if "within" in group else None
        assert within is None or (group["within"] < number and within["first"] <= group["first"])
        assert within is None or group["last"] <= within["last"]
        assert group["kind"] != "round" or (within is not None and within["kind"] == "loop")
        siblings = [one for one in groups[:number] if one.get("within") == group.get("within")]
        assert all(one["last"] < group["first"] for one in siblings)
    assert len({(g["kind"], g["first"], g["last"]) for g in groups}) == len(groups)


@every_case
def test_titles_name_lines_where_a_call_or_loop_begins(case: Case) -> None:
    found = of_case(case.name)
    rows = [
        {block["line"] + n: row for block in source["blocks"] for n, row in enumerate(block["lines"])}
        for source in found["sources"]
    ]
    for group in found["groups"]:
        if group["kind"] != "round":
            text, _, place = group["title"].partition(" · line ")
            first = text.removeprefix("for ").split(" in ")[0].rstrip("…").split("(")[0]
            line = int(place.split(",")[0].split()[0])
            assert any(first in file.get(line, "") for file in rows), group


@every_case
def test_a_folded_graph_has_the_nodes_and_edges_of_the_whole_one(case: Case) -> None:
    found = of_case(case.name)
    whole = found["graph"]
    for fold in found["folds"]:
        graph, place = fold["graph"], {}
        for node in graph["nodes"]:
            for member in node.get("members", [node["variable"]]):
                place[member] = node["variable"]
            assert node.get("members", [node["variable"]])[-1] == node["variable"]
        assert len(graph["nodes"]) < len(whole["nodes"])
        assert sorted(place) == sorted(node["variable"] for node in whole["nodes"])
        edges = {(edge["from"], edge["to"]): edge["operands"] for edge in graph["edges"]}
        wanted: dict[tuple[int, int], list[Any]] = {}
        for edge in whole["edges"]:
            ends = place[edge["from"]], place[edge["to"]]
            if ends[0] != ends[1]:
                wanted.setdefault(ends, []).extend(edge["operands"])
        assert edges == wanted


def recurrent(W: Any, U: Any, h: Any, words: Any) -> Any:
    total = 0.0
    for t in range(len(words)):
        z = U @ words[t] + W @ h
        h = np.tanh(z)
        total = total + np.sum((h - words[t]) ** 2)
    return total / len(words)


def unrolled(rounds: int) -> Any:
    words = np.linspace(-1.0, 1.0, 3 * rounds).reshape(rounds, 3)
    return wg.derive(recurrent, 0.5 * np.eye(3), np.ones((3, 3)), np.zeros(3), words, wrt=("W", "U", "h"))


def test_a_recurrent_net_folds_into_a_chain_of_rounds() -> None:
    found = document(unrolled(4))
    line = inspect.getsourcelines(recurrent)[1] + 2
    assert titles(found, "loop") == [f"for t in range(len(words)) · line {line}"]
    assert titles(found, "round") == [f"round {n} of 4" for n in (1, 2, 3, 4)]
    nodes = [n for n in folded(found, "round")["nodes"] if "members" in n]
    assert [n["layer"] for n in nodes] == [1, 2, 3, 4]
    assert [n["operation"] for n in nodes][:2] == ["→ total[0], 4 steps", "→ total[1], 4 steps"]
    (loop,) = [n for n in folded(found, "loop")["nodes"] if "members" in n]
    assert loop["name"] == titles(found, "loop")[0]
    assert loop["members"] == [m for n in nodes for m in n["members"]]


def test_rounds_are_counted_as_the_code_went_through_them() -> None:
    def f(x: Any) -> Any:
        total = 0.0
        for i in range(4):
            if i == 1:
                continue
            for j in range(i):
                u = x * (i + j)
                v = np.sin(u)
                total = total + v
        while total < 100.0:
            y = total * total
            total = y + 1.0
        return total

    found = of(f, 1.5)
    groups = found["groups"]
    told = [(g["title"].split(" · ")[0], *made_in(found, g)[::2]) for g in groups[:9]]
    assert [one[0] for one in told] == [
        "for i in range(4)",
        "round 3 of 4",
        "for j in range(i)",
        *("round 1 of 2", "round 2 of 2"),
        "round 4 of 4",
        "for j in range(i)",
        *("round 1 of 3", "round 2 of 3"),
    ]
    (last,) = [g for g in groups if g["title"].startswith("while total < 100.0")]
    rounds = [g["title"] for g in groups if g.get("within") == groups.index(last)]
    assert rounds == [f"round {n} of {len(rounds)}" for n in range(1, len(rounds) + 1)]


def test_comprehensions_and_what_is_gone_through_belong_to_their_rounds() -> None:
    def f(rows: Any) -> Any:
        halves = [np.sin(a) * b for a, b in rows]
        squares = sum((u := h * 3.0) * u for h in halves)
        for row, h in zip(rows, halves, strict=True):
            scaled = row * 2.0
            squares = squares + np.sum(scaled * h)
        return squares

    found = of(f, np.arange(6.0).reshape(3, 2))
    assert [title.split(" · ")[0] for title in titles(found, "loop")] == [
        *("for a, b in rows", "for h in halves", "for row, h in zip(rows, halves, strict=…")
    ]
    rounds = [group for group in found["groups"] if group["kind"] == "round"]
    assert [group["title"] for group in rounds] == [f"round {n} of 3" for n in (1, 2, 3)] * 3
    assert {len(made_in(found, group)) for group in rounds[3:]} == {2}


def test_calls_are_told_apart() -> None:
    def cell(z: Any) -> Any:
        e = np.exp(-z)
        k = 1.0 / (1.0 + e)
        return k * e

    def f(x: Any) -> Any:
        first = cell(x)
        second = cell(first * 2.0)
        return sum(map(cell, [first, second]))

    found = of(f, 0.5)
    line = inspect.getsourcelines(f)[1]
    assert [title.replace(f"line {line + 3}", "line L") for title in titles(found, "call")] == [
        f"cell(x) · line {line + 1}",
        f"cell(first * 2.0) · line {line + 2}",
        "sum(map(cell, [first, second])) · line L, 1 of 2",
        "sum(map(cell, [first, second])) · line L, 2 of 2",
    ]


def test_a_title_names_the_file_where_it_is_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cells_of_a_net.py").write_text(
        "import numpy as np\n\ndef squash(z):\n    for _ in range(2):\n        u = z * 0.5\n        z = np.tanh(u)\n"
        "    return z\n"
    )
    (tmp_path / "trained.py").write_text(
        "import numpy as np\nfrom cells_of_a_net import squash\n\nw = np.ones(2)\nfor _ in range(300):\n"
        "    a = squash(w)\n    b = a * a\n    loss = np.sum(b)\n    w -= 0.1 * w\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "whygrad.cli", "explain", "trained.py", "--format", "json"]
    environment = {"PYTHONPATH": ":".join([str(tmp_path), *sys.path])}
    run = subprocess.run(command, capture_output=True, check=True, env=environment)
    found = json.loads(run.stdout.decode("utf-8"))
    assert titles(found, "loop") == ["for _ in range(2) · line 4 of cells_of_a_net.py"]


def test_what_has_neither_calls_nor_loops_does_not_fold() -> None:
    assert tutorials()["groups"] == tutorials()["folds"] == []


# The network


def test_the_layers_of_a_network_are_seen() -> None:
    layers = tutorials()["network"]["layers"]
    assert [(one["size"], one["name"], one.get("ones")) for one in layers] == [
        (3, "X", [2]),
        (4, "k1", None),
        (1, "k2", None),
    ]
    turned = of(mazur.loss, mazur.W1, mazur.W2)["network"]["layers"]
    assert [(one["size"], one["name"], one.get("turned", False)) for one in turned] == [
        *((2, "i", False), (2, "h", True), (2, "o", True))
    ]
    assert all("bias" in one for one in turned[1:])


def test_a_row_of_transposed_weights_leads_to_one_unit() -> None:
    X, W, V = np.ones((5, 3)), np.ones((4, 3)), np.ones((4, 2))
    layers = of(lambda W, V: np.sum((np.tanh(X @ W.T) @ V) ** 2), W, V)["network"]["layers"]
    assert [(one["size"], one.get("turned", False)) for one in layers] == [(3, False), (4, True), (2, False)]


def test_the_last_units_are_squashed_where_the_loss_is_cross_entropy() -> None:
    X, y = np.ones((5, 3)), np.ones((5, 1))

    def loss(W: Any) -> Any:
        p = 1 / (1 + np.exp(-(X @ W)))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    assert of(loss, np.ones((3, 1)))["network"]["layers"][-1]["name"] == "p"


def test_what_is_no_chain_of_layers_is_no_network() -> None:
    assert "network" not in of(lambda x: np.sum(x**2), np.ones(3))
    weights = np.ones((3, 3))
    assert "network" not in of(lambda A, B: np.sum((weights @ A) * (weights @ B)), np.ones((3, 2)), np.ones((3, 2)))


# Speed and size


def test_the_tutorials_document_is_small_and_quick() -> None:
    assert len(tutorial_text().encode()) < 45_000
    best = min(seconds(wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1).to_json) for _ in range(9))
    assert best < 0.008 * 5  # on a quiet machine a fifth of that is kept


def tutorial_text() -> str:
    return wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1).to_json()


def seconds(call: Any) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def test_long_chains_are_written_without_recursion() -> None:
    d = wg.derive(sines, 0.5, 300)
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(inspect.stack()) + 150)
        found = document(d)
    finally:
        sys.setrecursionlimit(limit)
    assert len(found["graph"]["nodes"]) == 301
    assert "mathml" in found["forward"][0]["formula"]


def sines(x: Any, steps: int) -> Any:
    for _ in range(steps):
        x = np.sin(x)
    return x


def test_long_documents_are_small_and_quick() -> None:
    d = wg.derive(sines, 0.5, 2_000)
    start = time.process_time()
    text = d.to_json()
    assert time.process_time() - start < 0.8 * 5  # 10,000 in 4 s; on a quiet machine a fifth of that is kept
    assert len(text.encode()) < 1_550 * 2_000
    found = json.loads(text)
    assert len(found["vjps"]) == 1
    assert list(found["forward"][0]["formula"]) == ["text"]  # nobody reads 4,000 lines of mathematics


def test_a_thousand_steps_stay_small() -> None:
    d = unrolled(50)
    assert len(d.program.steps) > 1_000
    text = d.to_json()
    assert len(text.encode()) < 1_500_000
    found = json.loads(text)
    assert len(folded(found, "round")["nodes"]) < len(found["graph"]["nodes"]) / 3


def test_a_thousand_nodes_are_drawn_in_less_than_a_second() -> None:
    d = unrolled(250)
    graph = Graph(d.explainer, set(), str)
    assert len(graph.nodes) > 1_000
    start = time.process_time()
    graph.whole()
    assert time.process_time() - start < 1.0


def test_five_hundred_nodes_are_drawn_at_once() -> None:
    rng = np.random.default_rng(3)
    edges = sorted({(int(a), int(b)) for b in range(1, 500) for a in rng.integers(max(0, b - 40), b, 2)})
    assert min(seconds(lambda: draw([(10.0, 5.0)] * 500, edges)) for _ in range(2)) < 0.5 * 4


def test_constants_tell_how_the_code_reads_them() -> None:
    program = tutorials()["programs"][0]
    roles = {v.get("path", v.get("name", v["data"][0])): v["role"] for v in program["variables"] if "role" in v}
    assert roles["X"] == roles["y"] == "captured"
    assert roles[0.5] == "literal"


def test_the_command_prints_the_document(tmp_path: Path) -> None:
    file = tmp_path / "curve.py"
    file.write_text("def f(x):\n    return x * x\n")
    command = [sys.executable, "-m", "whygrad.cli", "explain", str(file), "--at", "x=1.5", "--format", "json"]
    run = subprocess.run(command, capture_output=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})
    found = json.loads(run.stdout.decode("utf-8"))
    assert found["value"] == 2.25
    assert str(tmp_path) not in run.stdout.decode("utf-8")
    assert list(problems(found, schema(), schema())) == []


def test_no_network_is_drawn_where_something_computed_is_added_to_a_product() -> None:
    """A recurrent state meets its input there: the matrix's weights are not all that leads to the units."""

    def loss(wx, Wh, V):
        h = np.zeros(3)
        for x in (1.0, 2.0, 3.0):
            h = np.tanh(wx * x + Wh @ h)
        return (V @ h - 1) ** 2

    assert "network" not in document(wg.derive(loss, np.ones(3), np.full((3, 3), 0.2), np.ones(3)))
