"""The zoo: small functions of plain NumPy as people write it, each with an oracle for its gradient."""

from . import (
    algorithms,
    aliasing,
    classes,
    control,
    creation,
    elementwise,
    images,
    indexing,
    inplace,
    models,
    networks,
    products,
    reductions,
    scalars,
    sequences,
    structure,
    syntax,
)
from .case import Case

__all__ = ["ZOO", "Case"]

ZOO: list[Case] = [
    *elementwise.CASES,
    *products.CASES,
    *reductions.CASES,
    *indexing.CASES,
    *creation.CASES,
    *inplace.CASES,
    *aliasing.CASES,
    *structure.CASES,
    *syntax.CASES,
    *classes.CASES,
    *control.CASES,
    *scalars.CASES,
    *algorithms.CASES,
    *networks.CASES,
    *models.CASES,
    *images.CASES,
    *sequences.CASES,
]
