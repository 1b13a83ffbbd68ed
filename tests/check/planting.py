"""Mistakes planted into right programs, a seeded draw of every kind, each judged by the oracle before it counts."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from check.cases import Case, Mistake
from check.mutations import Mutation, Text, backward_statements, computes_loss, mutations
from check.oracle import Departure, Step, departure, differs, step, touched

SHAPES = {"transpose", "product", "sum-axis"}
"""Kinds that may also end the program, by a shape error at their line."""

AT_OUTPUT = {"missing-slope", "wrong-slope", "softmax-jacobian", "slope-at-wrong-point", "scale"}
"""Kinds that at the first line of a backward pass only mean another loss, if the program computes none."""

STOPPED = 1 / 8
"""Not more than this share of them stops the program."""

LEAST = 3
"""So many are planted into a program that is taken at all: to judge is what takes long."""

TRIED = 4
"""So many mutations are judged for each one that is wanted."""


def planted(cases: Sequence[Case], folder: Path, *, number: int, seed: int = 0) -> list[Case]:
    """About `number` wrong programs, each with one planted mistake, written into `folder`; rare kinds come first."""
    sources = [(case, right) for case in cases if (right := case.right_source()) is not None]
    random.Random(f"{seed} order").shuffle(sources)
    share = max(LEAST, -(-number // max(1, len(sources))))
    made: list[Case] = []
    kinds: Counter[str] = Counter()
    stopped = 0
    for case, right in sources:
        if len(made) >= number:
            break
        found = wrong_ones(case, right, share, seed)
        for count in range(min(share, len(found), number - len(made))):
            running = [one for one in found if not one[1]]
            allowed = found if stopped < STOPPED * len(made) else running
            if not allowed:
                break
            chosen = min(allowed, key=lambda one: kinds[one[0].kind])
            found.remove(chosen)
            kinds[chosen[0].kind] += 1
            stopped += chosen[1]
            made.append(written(case, right, chosen[0], folder, count))
    return made


def wrong_ones(case: Case, right: str, share: int, seed: int) -> list[tuple[Mutation, bool]]:
    """Mistakes of one program, judged, of as many kinds as may be; does it stop the program?"""
    base = step(right, case.args)
    if base is None:
        return []
    draw = random.Random(f"{seed} {case.group} {case.name}")
    told_by_loss = has_loss(case, right)
    judged = []
    for mutation in in_turn(mutations(right), draw)[: TRIED * share + 8]:
        if not told_by_loss and mutation.kind in AT_OUTPUT and mutation.line <= first_line(right):
            continue
        judged.append((mutation, departure(base, mutation.source, case.args)))
    parameters = {path for _, other in judged if not other.problem for path in touched(base, other)}
    return [
        (mutation, bool(other.problem)) for mutation, other in judged if is_wrong(mutation, base, other, parameters)
    ]


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
    return case.loss is not None or computes_loss(Text(source))


def first_line(source: str) -> int:
    """The last line of what may be the first statement of the backward pass."""
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
