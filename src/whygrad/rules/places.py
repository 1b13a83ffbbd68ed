"""What an index without arrays reads, as far as can be told from the index alone: apart from another, or all of it."""

from __future__ import annotations

from whygrad.rules.indexing import Template, is_basic


def axes_of(template: Template, shape: tuple[int, ...]) -> list[range] | None:
    """The places that the index reads along each axis of an array of that shape; None where arrays index it."""
    if not is_basic(template):
        return None
    entries = [entry for entry in template if entry[0] != "new"]
    if all(entry[0] != "ellipsis" for entry in entries):
        entries.append(("ellipsis",))
    at = next(n for n, entry in enumerate(entries) if entry[0] == "ellipsis")
    rest = len(shape) - (len(entries) - 1)
    entries[at : at + 1] = [("slice", None, None, None)] * rest
    found = []
    for entry, n in zip(entries, shape, strict=True):
        if entry[0] == "int":
            place = entry[1] % n if n else 0
            found.append(range(place, place + 1))
        else:
            found.append(range(n)[slice(*entry[1:])])
    return found


def apart(one: Template, other: Template, shape: tuple[int, ...]) -> bool:
    """Do two indices of an array of that shape have no entry in common?"""
    axes, others = axes_of(one, shape), axes_of(other, shape)
    if axes is None or others is None:
        return False
    return any(set(a).isdisjoint(b) for a, b in zip(axes, others, strict=True))


def is_whole(template: Template, shape: tuple[int, ...]) -> bool:
    """Does the index read every entry, in order? Then it only inserts axes."""
    axes = axes_of(template, shape)
    kept = all(entry[0] != "int" for entry in template)
    return axes is not None and kept and all(axis == range(n) for axis, n in zip(axes, shape, strict=True))
