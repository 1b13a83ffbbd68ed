"""The held-out programs are what their labels say, by finite differences of the loss that is meant.

    python prove.py [NAME ...]

For each program `proofs.json` names its parameters, the loss that is meant, as an expression over the program's own
names, and two lines: the program is run to the first, where the parameters are noted, and on until the second has been
executed, where they have been updated (or where the gradients are, if an expression for them is given). The step must
point along the finite differences, with one positive factor for all parameters, in a right program and in a wrong
one with all its fixes; it must not in the wrong one, nor when one of its fixes is left out.
"""

import ast
import contextlib
import io
import json
import random
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
STEP = 1e-5
ENTRIES = 60


class Over(BaseException):
    """The program has run as far as it is needed."""


class Marks(ast.NodeTransformer):
    """Calls before the one line and after the other."""

    def __init__(self, begin, end):
        self.begin, self.end = begin, end

    def generic_visit(self, node):
        super().generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                marked = []
                for statement in block:
                    if isinstance(statement, ast.stmt) and statement.lineno == self.begin:
                        marked.append(ast.parse("__begin__(globals(), locals())").body[0])
                    marked.append(statement)
                    if isinstance(statement, ast.stmt) and self.end in (statement.lineno, statement.end_lineno):
                        if isinstance(statement, ast.Return):
                            marked[-1:] = ast.parse("__value__ = 0\n__end__(globals(), locals())").body
                            marked[-2].value = statement.value
                        else:
                            marked.append(ast.parse("__end__(globals(), locals())").body[0])
                setattr(node, field, marked)
        return node

    visit = generic_visit


def disagreement(source, proof, begin, end):
    """How far the step is from the derivative's direction, relative; infinite where the program stops before."""
    before, space = {}, {}
    passed = [0]

    def noting(everywhere, here):
        passed[0] += 1
        if passed[0] == proof["at"]:
            for path in proof["params"]:
                before[path] = np.array(eval(path, {**everywhere, **here}), dtype=float)

    def ending(everywhere, here):
        if before:
            space["all"], space["here"] = everywhere, here
            raise Over

    tree = ast.fix_missing_locations(Marks(begin, end).visit(ast.parse(source)))
    names = {"__name__": "__main__", "__begin__": noting, "__end__": ending}
    random.seed(0)
    np.random.seed(0)
    try:
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            exec(compile(tree, "<program>", "exec", dont_inherit=True), names)
        raise RuntimeError("the program ended before its mark")
    except Over:
        pass
    here = space["here"] if space["here"] is not space["all"] else {}
    values = {**space["all"], **here}
    if proof["grads"]:
        ours = [np.array(eval(one, values), dtype=float) for one in proof["grads"]]
    else:
        ours = [before[path] - np.array(eval(path, values), dtype=float) for path in proof["params"]]
    draw = np.random.default_rng(0)
    theirs, picked = [], []
    for path in proof["params"]:
        put(path, before[path], space["all"], here)
    for path, mine in zip(proof["params"], ours):
        if mine.shape != before[path].shape and mine.size != before[path].size:
            return np.inf
        size = before[path].size
        for entry in draw.permutation(size)[:ENTRIES]:
            sides = []
            for sign in (STEP, -STEP):
                moved = before[path].copy()
                moved.flat[entry] += sign
                put(path, moved, space["all"], here)
                sides.append(loss_of(proof, space["all"], here))
            put(path, before[path], space["all"], here)
            theirs.append((sides[0] - sides[1]) / (2 * STEP))
            picked.append(mine.flat[entry])
    theirs, picked = np.array(theirs), np.array(picked)
    factor = picked @ theirs / (theirs @ theirs)
    if not factor > 0:
        return np.inf
    return float(np.abs(picked - factor * theirs).max() / np.abs(picked).max())


def put(path, value, everywhere, here):
    """Into the program's own variable, so that its functions see it."""
    root = path.split(".")[0].split("[")[0]
    value = float(value) if value.ndim == 0 else value.copy()
    try:
        old = eval(path, {**everywhere, **here})
        if isinstance(old, list):
            value = np.asarray(value).tolist()
        elif isinstance(old, np.matrix):
            value = np.matrix(value)
    except NameError:
        pass
    if root in here:
        held = dict(here)
        exec(f"{path} = __put__", {**everywhere, "__put__": value}, held)
        here.update(held)
    else:
        everywhere["__put__"] = value
        exec(f"{path} = __put__", everywhere)


def loss_of(proof, everywhere, here):
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        inside = {**everywhere, **here}
        *lines, last = proof["loss"].split("\n")
        exec("\n".join(lines), inside)
        return float(np.sum(eval(last.strip(), inside)))


def without(source, changes):
    lines = source.split("\n")
    for line, text in changes:
        lines[line - 1] = text if text else "\0"
    return "\n".join(line for line in lines if line != "\0")


def proven(name, label, proof):
    """What is not as the label says; nothing if all is."""
    source = (HERE / f"{name}.py").read_text(encoding="utf-8")
    if label["verdict"] == "right":
        away = disagreement(source, proof, proof["begin"], proof["end"])
        return [] if away < 1e-5 else [f"is not right: {away:.1e}"]
    wrong = []
    mistakes = label["mistakes"]
    mended = without(source, [change for mistake in mistakes for change in mistake["fix"]])
    away = disagreement(mended, proof, *proof["right"])
    if not away < 1e-5:
        wrong.append(f"its fixes do not mend it: {away:.1e}")
    for left_out in mistakes:
        changes = [change for mistake in mistakes if mistake is not left_out for change in mistake["fix"]]
        begin, end = (moved(line, changes) for line in (proof["begin"], proof["end"]))
        try:
            away = disagreement(without(source, changes), proof, begin, end)
        except (ValueError, IndexError, RuntimeError) as error:
            if isinstance(error, RuntimeError):
                raise
            away = np.inf
        if not away > 1e-3:
            wrong.append(f"the fix of line {left_out['line']} is not needed: {away:.1e}")
    return wrong


def moved(line, changes):
    """Where a line is after changes before it."""
    return line + sum((text.count("\n") if text else -1) for at, text in changes if at < line)


def main():
    labels = json.loads((HERE / "labels.json").read_text(encoding="utf-8"))
    proofs = json.loads((HERE / "proofs.json").read_text(encoding="utf-8"))
    names = sys.argv[1:] or [name for name, label in labels.items() if label["verdict"] != "unchecked"]
    failed = 0
    for name in names:
        try:
            wrong = proven(name, labels[name], proofs[name])
        except Exception as error:  # the label is not proven then either
            wrong = [f"{type(error).__name__}: {error}"]
        failed += bool(wrong)
        for one in wrong:
            print(f"{name}: {one}")
    print(f"{len(names)} programs, {failed} not as their labels say")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
