"""NumPy's names: covariances and correlations, written with products and means."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.watching.answering import answer, answers, has_stand_in, opaque
from whygrad.watching.arrays import as_array, cast_to, stand
from whygrad.watching.rearranging import diag
from whygrad.watching.shaping import reshape, squeeze, transpose
from whygrad.watching.standin import ANSWERS, StandIn, plain


@answers(np.cov)
def _cov(
    m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None, fweights: Any = None,
    aweights: Any = None, *, dtype: Any = None,
) -> Any:  # fmt: skip
    if fweights is not None or dtype is not None or not has_stand_in((m, y, aweights)):
        given = {"fweights": fweights, "aweights": aweights, "dtype": dtype}
        return opaque(np.cov, (m, y, rowvar, bias, ddof), {k: v for k, v in given.items() if v is not None})
    x = _in_rows(m, rowvar)
    if y is not None:
        x = answer(np.concatenate, ((x, _in_rows(y, rowvar)),), {"axis": 0})
    ddof = int(not bias) if ddof is None else ddof
    w = None if aweights is None else stand(as_array(aweights))
    if w is None:
        mean, count = answer(np.mean, (x,), {"axis": 1}), plain(x).shape[1] - ddof
    else:
        mean, total = answer(np.average, (x,), {"axis": 1, "weights": w, "returned": True})
        count = total[0] if ddof == 0 else total[0] - ddof * answer(np.sum, (w * w,), {}) / total[0]
    x = x - mean[:, None]
    c = x @ transpose(x if w is None else x * w) * (1 / count)
    return squeeze(c) if 1 in np.shape(plain(c)) else c


def _in_rows(m: Any, rowvar: Any) -> Any:
    """The variables as rows, their observations as columns."""
    x = stand(as_array(m))
    x = cast_to(x, np.result_type(plain(x), np.float64))
    if np.ndim(plain(x)) < 2:
        return reshape(x, (1, -1))
    return x if rowvar else transpose(x)


@answers(np.corrcoef)
def _corrcoef(x: Any, y: Any = None, rowvar: Any = True, *, dtype: Any = None) -> Any:
    if dtype is not None or not has_stand_in((x, y)):
        return opaque(np.corrcoef, (x, y, rowvar), {} if dtype is None else {"dtype": dtype})
    c = ANSWERS[np.cov](x, y, rowvar)
    if np.ndim(plain(c)) == 0:
        return c / c
    spread = answer(np.sqrt, (diag(c),), {})
    c = c / reshape(spread, (-1, 1)) / reshape(spread, (1, -1))
    beyond = type(c) is StandIn and np.abs(plain(c)).max() > 1  # by rounding
    return answer(np.clip, (c, -1, 1), {}) if beyond else c
