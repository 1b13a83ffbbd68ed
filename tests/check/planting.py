"""Mistakes planted into right programs, a seeded draw of every kind, each judged by the oracle before it counts."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from check.corpus import Case, Mistake
from check.mutations import LOSS, Mutation, mutations
from check.oracle import Departure, Step, departure, differs, step, touched

SHAPES = {"transpose", "product", "sum-axis"}
"""Kinds that may also end the program, by a shape error at their line."""

AT_OUTPUT = {"missing-slope", "wrong-slope", "softmax-jacobian", "slope-at-wrong-point", "scale"}
"""Kinds that at the first line of a backward pass only mean another loss, if the program computes none."""

STOPPED = 1 / 8
"""Not more than this share of them stops the program."""

TRIED = 6
"""So many mutations are judged for each one that is wanted."""


def planted(cases: Sequence[Case], folder: Path, *, number: int, seed: int = 0) -> list[Case]:
    """About `number` wrong programs, each with one planted mistake, written into `folder`."""
    sources = [(case, right) for case in cases if (right := case.right_source()) is not None]
    share = max(1, -(-number // max(1, len(sources))))
    random.Random(f"{seed} order").shuffle(sources)
    made: list[Case] = []
    for case, right in sources:
        if len(made) >= number:
            break
        for count, mutation in enumerate(drawn(case, right, share, seed)):
            made.append(written(case, right, mutation, folder, count))
    return made[:number]


def drawn(case: Case, right: str, share: int, seed: int) -> Iterator[Mutation]:
    """So many mistakes of one program, of as many kinds as may be."""
    base = step(right, case.args)
    if base is None:
        return
    draw = random.Random(f"{seed} {case.group} {case.name}")
    judged = []
    for mutation in in_turn(mutations(right), draw)[: TRIED * share + 12]:
        if not has_loss(case, right) and mutation.kind in AT_OUTPUT and mutation.line <= first_line(right):
            continue
        judged.append((mutation, departure(base, mutation.source, case.args)))
    parameters = {path for _, other in judged if not other.problem for path in touched(base, other)}
    count = stopped = 0
    for mutation, other in judged:
        if count == share or not is_wrong(mutation, base, other, parameters):
            continue
        if other.problem and stopped >= STOPPED * share:
            continue
        stopped += bool(other.problem)
        count += 1
        yield mutation


def in_turn(found: Sequence[Mutation], draw: random.Random) -> list[Mutation]:
    """Shuffled, the kinds taking turns."""
    kinds: dict[str, list[Mutation]] = defaultdict(list)
    for mutation in draw.sample(found, len(found)):
        kinds[mutation.kind].append(mutation)
    order = draw.sample(sorted(kinds), len(kinds))
    turns: list[Mutation] = []
    while any(kinds.values()):
        turns += [kinds[kind].pop() for kind in order if kinds[kind]]
    return turns


def has_loss(case: Case, source: str) -> bool:
    return case.loss is not None or bool(LOSS.search(source))


def first_line(source: str) -> int:
    """The last line of what may be the first statement of the backward pass."""
    from check.mutations import Text, backward_statements

    statements = backward_statements(Text(source))
    return statements[min(2, len(statements) - 1)].lineno if statements else 0


def is_wrong(mutation: Mutation, base: Step, other: Departure, parameters: set[str]) -> bool:
    if other.problem:
        return other.problem == "ValueError" and other.line in mutation.lines and mutation.kind in SHAPES
    return differs(base, other, parameters)


def written(case: Case, right: str, mutation: Mutation, folder: Path, count: int) -> Case:
    path = folder / f"{case.name}_{count}.py"
    folder.mkdir(parents=True, exist_ok=True)
    while path.exists():
        path = path.with_stem(path.stem + "_")
    path.write_text(mutation.source, encoding="utf-8")
    mistake = Mistake(mutation.line, mutation.lines, mutation.kind, mutation.kinds)
    return Case(
        name=path.stem,
        group=f"planted in {case.group} ({mutation.what})",
        file=str(path),
        source=mutation.source,
        verdict="wrong",
        args=case.args,
        loss=case.loss,
        mistakes=(mistake,),
        mended=right,
    )
