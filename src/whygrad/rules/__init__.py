"""The heart: what calculus says about each primitive, a table an area of NumPy; and identities, and idioms."""

from whygrad.rules import (
    activations,
    arithmetic,
    choices,
    contractions,
    cumulative,
    diagonals,
    exponentials,
    factorisations,
    grids,
    indexing,
    joining,
    linear_algebra,
    losses,
    normalisations,
    ordering,
    products,
    rearranging,
    reductions,
    shapes,
    special,
    statistics,
    trigonometry,
)
from whygrad.rules.identities import parse_identities, simplify
from whygrad.rules.idioms import IDIOMS, Assumption, Idiom, names_in, parse_idioms, spelled_out
from whygrad.rules.row import ROWS, Row, Sample, lookup, primitive, row_of

parse_identities()
parse_idioms()

__all__ = [
    "IDIOMS",
    "ROWS",
    "Assumption",
    "Idiom",
    "Row",
    "Sample",
    "activations",
    "arithmetic",
    "choices",
    "contractions",
    "cumulative",
    "diagonals",
    "exponentials",
    "factorisations",
    "grids",
    "indexing",
    "joining",
    "linear_algebra",
    "lookup",
    "losses",
    "names_in",
    "normalisations",
    "ordering",
    "primitive",
    "products",
    "rearranging",
    "reductions",
    "row_of",
    "shapes",
    "simplify",
    "special",
    "spelled_out",
    "statistics",
    "trigonometry",
]
