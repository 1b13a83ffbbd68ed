"""The names of NumPy that are in no row: what is flat, what is no computation, what is unsupported and why.

A gradient that would have to pass through an unsupported function is refused with the text of this table. What has an
answer of its own in watching/ comes first; what is said of it here is for arguments that the answer does not take.
"""

from __future__ import annotations

from typing import NamedTuple


class Unsupported(NamedTuple):
    """Why no gradient passes through a function, and what to write instead."""

    why: str
    instead: str


def _table(text: str) -> dict[str, str]:
    """`why: name name …` line by line, as {name: why}."""
    found = {}
    for line in text.strip().splitlines():
        why, _, names = line.strip().partition(": ")
        found.update(dict.fromkeys((name if "." in name else f"numpy.{name}" for name in names.split()), why))
    return found


FLAT = _table(
    """
    its output says yes or no, flat except where it jumps: array_equal array_equiv isin in1d iscomplex isreal isnat
    its output says where something lies, in whole numbers: lexsort unravel_index ravel_multi_index
    its output says where something lies, in whole numbers: tril_indices tril_indices_from triu_indices
    its output says where something lies, in whole numbers: triu_indices_from diag_indices diag_indices_from
    its output says where something lies, in whole numbers: mask_indices
    its output says where something lies, in whole numbers: nanargmax nanargmin
    its output is whole numbers: bitwise_count gcd lcm packbits unpackbits numpy.linalg.matrix_rank
    its output is the distance to a neighbouring number, a staircase: spacing
    """
)
"""Functions through which no gradient passes, because they are flat: name -> why."""

PLAIN = _table(
    """
    a type or its limits: bool bool_ byte bytes_ character datetime64 dtype finfo flatiter flexible floating generic
    a type or its limits: half iinfo inexact integer matrix memmap ndarray number object_ recarray record short
    a type or its limits: signedinteger str_ timedelta64 ubyte ufunc uint unsignedinteger ushort void typename
    a type or its limits: common_type isdtype issubdtype min_scalar_type mintypecode promote_types isfortran
    a type or its limits: numpy.linalg.LinAlgError busdaycalendar broadcast ndindex poly1d
    reads or writes files: fromfile fromregex genfromtxt load loadtxt save savetxt savez savez_compressed
    reads bytes or an iterator: frombuffer fromiter fromstring from_dlpack
    a setting: errstate geterr seterr geterrcall seterrcall getbufsize setbufsize printoptions get_printoptions
    a setting: set_printoptions get_include info show_config show_runtime test
    makes text: base_repr binary_repr format_float_positional format_float_scientific
    counts days: busday_count busday_offset is_busday datetime_as_string datetime_data
    a window of constants: bartlett blackman hamming hanning kaiser
    a plan, no computation: einsum_path
    frequencies, known from sizes: numpy.fft.fftfreq numpy.fft.rfftfreq
    calls a function of the author's, which is watched: fromfunction vectorize
    a generator or its state: numpy.random.BitGenerator numpy.random.Generator numpy.random.MT19937
    a generator or its state: numpy.random.PCG64 numpy.random.PCG64DXSM numpy.random.Philox numpy.random.RandomState
    a generator or its state: numpy.random.SFC64 numpy.random.SeedSequence numpy.random.default_rng numpy.random.seed
    a generator or its state: numpy.random.get_state numpy.random.set_state numpy.random.bytes
    """
)
"""What computes nothing from an array's numbers: it is answered with plain values."""

_FORM = "with these arguments it has no rule"
_COMPLEX = "its output, or the way there, has complex numbers, which are not supported yet"
_TWO_ARRAYS = "compute with the real and the imaginary part as two real arrays"
_FOURIER = (
    "multiply by the matrices of cosines and sines: np.cos(2 * np.pi * np.outer(k, n) / N) @ x and -np.sin(…) @ x"
)
_PARAMETERS = "what a draw would have been for other parameters is not known"
_OUTSIDE = "draw outside the function and pass the draws in: inside they are constants"


def _row(why: str, instead: str, names: str, prefix: str = "numpy.") -> dict[str, Unsupported]:
    return {f"{prefix}{name}": Unsupported(why, instead) for name in names.split()}


UNSUPPORTED: dict[str, Unsupported] = {
    # complex numbers
    **_row(_COMPLEX, _TWO_ARRAYS, "angle complex64 complex128 complex256 complexfloating csingle cdouble clongdouble"),
    **_row(_COMPLEX, _TWO_ARRAYS, "sort_complex"),
    **_row(_COMPLEX, _FOURIER, "fft ifft rfft irfft hfft ihfft", "numpy.fft."),
    **_row(_COMPLEX, f"along each axis, {_FOURIER}", "fft2 ifft2 fftn ifftn rfft2 irfft2 rfftn irfftn", "numpy.fft."),
    **_row(_COMPLEX, "np.linalg.eigh, where the matrix is symmetric", "eig eigvals", "numpy.linalg."),
    **_row(
        "the roots of a polynomial may be complex",
        "Newton's iteration from a start value",
        "roots polynomial.polynomial.polyroots",
    ),
    # other memory, other kinds of array
    **_row("a matrix has operators of its own", "a plain array with two axes, and @", "asmatrix bmat"),
    **_row(
        "it walks through the bare numbers", "for x in a.flat, or for i in np.ndindex(a.shape)", "nditer nested_iters"
    ),
    **_row("it calls a function on bare numbers", "np.vectorize, or a loop over np.ndindex(a.shape)", "frompyfunc"),
    **_row("it checks and copies the bare numbers", "np.asarray(x)", "asarray_chkfinite require"),
    # linear algebra
    **_row(_FORM, "np.linalg.solve(A, b)", "tensorsolve", "numpy.linalg."),
    **_row(_FORM, "np.linalg.inv of the reshaped matrix", "tensorinv", "numpy.linalg."),
    **_row(
        "no row yet",
        "np.linalg.solve(A.T @ A, A.T @ b), where A has full rank",
        "lstsq",
        "numpy.linalg.",
    ),
    **_row("no row yet", "s = np.linalg.svd(A, compute_uv=False), and s[0] / s[-1]", "cond", "numpy.linalg."),
    **_row(_FORM, "a few products with @", "multi_dot matrix_power", "numpy.linalg."),
    **_row(_FORM, "np.linalg.inv(A.T @ A) @ A.T, where A has full rank", "pinv", "numpy.linalg."),
    **_row(_FORM, "write the sum of products with @ and np.sum", "kron cross linalg.cross"),
    **_row(
        _FORM,
        "products (@) and the functions of np.linalg that whygrad rules lists",
        "cholesky det eigh",
        "numpy.linalg.",
    ),
    **_row(
        _FORM,
        "products (@) and the functions of np.linalg that whygrad rules lists",
        "eigvalsh inv slogdet solve svdvals",
        "numpy.linalg.",
    ),
    **_row(
        _FORM,
        "np.sqrt(np.sum(x ** 2)), with the axis that you need",
        "norm matrix_norm vector_norm",
        "numpy.linalg.",
    ),
    **_row(
        _FORM,
        "np.sum of a product, or @",
        "einsum tensordot vecdot vecmat matvec linalg.tensordot linalg.vecdot",
    ),
    **_row(
        _FORM,
        "the function of the same name in numpy",
        "diagonal matmul matrix_transpose outer trace",
        "numpy.linalg.",
    ),
    **_row(
        "the vectors beyond the singular values are any at right angles to the others",
        "np.linalg.svd(A, full_matrices=False)",
        "svd",
        "numpy.linalg.",
    ),
    **_row("only of matrices with at least as many rows as columns", "np.linalg.qr(A.T)", "qr", "numpy.linalg."),
    # statistics
    **_row(_FORM, "np.mean((x - np.mean(x)) ** 2), with the axis that you need", "var"),
    **_row(_FORM, "np.sqrt(np.mean((x - np.mean(x)) ** 2)), with the axis that you need", "std"),
    **_row(_FORM, "np.exp(np.sum(np.log(x))), where x is positive, or a loop", "prod"),
    **_row(_FORM, "np.tril(np.ones((n, n))) @ x, or a loop", "cumsum cumulative_sum"),
    **_row(_FORM, "a loop", "cumprod cumulative_prod"),
    **_row(
        "ufuncs have rows for what they compute element by element",
        "the function itself, or a loop",
        "ufunc.accumulate ufunc.reduce ufunc.reduceat ufunc.outer ufunc.at",
    ),
    **_row(_FORM, "np.sum(w * x) / np.sum(w)", "average"),
    **_row(_FORM, "(x - x.mean(0)).T @ (y - y.mean(0)) / (len(x) - 1)", "cov corrcoef"),
    **_row(_FORM, "np.max(x, axis) - np.min(x, axis)", "ptp"),
    **_row(_FORM, "s = np.sort(x, axis=0), and the mean of its middle entries", "median nanmedian"),
    **_row(
        "no row yet",
        "s = np.sort(x), and the line between the two entries that the quantile lies between",
        "percentile quantile nanpercentile nanquantile",
    ),
    **_row(
        _FORM,
        "mask = ~np.isnan(x), and the function of the same name without nan on x[mask] or np.where(mask, x, 0.0)",
        "nansum nanprod nanmean nanvar nanstd nanmax nanmin nancumsum nancumprod",
    ),
    **_row(
        "it counts what falls into each bin: flat, but for its edges and densities",
        "np.bincount(np.digitize(x, edges), weights=w): linear in the weights",
        "histogram histogram2d histogramdd histogram_bin_edges",
    ),
    # sums along an axis, differences
    **_row(_FORM, "x[1:] - x[:-1]", "diff ediff1d"),
    **_row(_FORM, "(x[2:] - x[:-2]) / (2 * h) inside, one-sided differences at the ends", "gradient"),
    **_row(_FORM, "np.sum((y[1:] + y[:-1]) / 2 * (x[1:] - x[:-1]))", "trapezoid"),
    **_row(_FORM, "np.sum(windows * kernel[::-1], axis=-1) over sliding_window_view(x, len(kernel))", "convolve"),
    **_row(_FORM, "np.sum(windows * kernel, axis=-1) over sliding_window_view(x, len(kernel))", "correlate"),
    **_row("it jumps by multiples of 2π", "add the multiples that you need as constants", "unwrap"),
    # polynomials
    **_row(_FORM, "a loop by Horner's rule: y = y * x + c", "polyval"),
    **_row("no row yet", "np.polyval(c[::-1], x)", "polynomial.polynomial.polyval"),
    **_row(
        "no row yet",
        "np.linalg.solve(V.T @ V, V.T @ y) with V = np.vander(x, n)",
        "polyfit polynomial.polynomial.polyfit",
    ),
    **_row("no row yet", "arithmetic on the coefficients", "poly polyadd polyder polydiv polyint polymul polysub"),
    **_row(
        "no row yet",
        "arithmetic on the coefficients, np.vander for the powers",
        "Polynomial polyadd polycompanion polyder polydiv polyfromroots polygrid2d polygrid3d polyint polyline polymul "
        "polymulx polypow polysub polytrim polyval2d polyval3d polyvalfromroots polyvander polyvander2d polyvander3d",
        "numpy.polynomial.polynomial.",
    ),
    # sets, and what is left
    **_row(
        "the values that occur in both, in order",
        "np.unique of the joined arrays, or an index of np.isin",
        "intersect1d setdiff1d setxor1d union1d",
    ),
    **_row("no row yet", "np.unique(x, return_index=…, …)", "unique_all unique_counts unique_inverse unique_values"),
    **_row("what it cuts off depends on where zeros are", "a slice", "trim_zeros"),
    **_row("only two numbers above 0 as ends have a rule", "np.exp(np.linspace(np.log(a), np.log(b), n))", "geomspace"),
    **_row("its output is the next number there is", "x itself: they differ by rounding", "nextafter"),
    **_row("only borders of a constant, of edge, reflect, symmetric or wrap have a rule", "np.concatenate", "pad"),
    **_row("only numbers as ends have a rule", "a + t[:, None] * (b - a) with t = np.linspace(0, 1, n)", "linspace"),
    # random draws with watched parameters
    **_row(_PARAMETERS, "mu + sigma * rng.standard_normal(size)", "normal", "numpy.random."),
    **_row(_PARAMETERS, "np.exp(mu + sigma * rng.standard_normal(size))", "lognormal", "numpy.random."),
    **_row(_PARAMETERS, "low + (high - low) * rng.random(size)", "uniform", "numpy.random."),
    **_row(_PARAMETERS, "scale * rng.standard_exponential(size)", "exponential", "numpy.random."),
    **_row(_PARAMETERS, "loc + scale * rng.laplace(size=size)", "laplace", "numpy.random."),
    **_row(_PARAMETERS, "loc + scale * rng.logistic(size=size)", "logistic", "numpy.random."),
    **_row(_PARAMETERS, "loc + scale * rng.gumbel(size=size)", "gumbel", "numpy.random."),
    **_row(_PARAMETERS, "scale * rng.rayleigh(size=size)", "rayleigh", "numpy.random."),
    **_row(_PARAMETERS, "rng.standard_exponential(size) ** (1 / a)", "weibull", "numpy.random."),
    **_row(_PARAMETERS, "np.exp(rng.standard_exponential(size) / a) - 1", "pareto", "numpy.random."),
    **_row(_PARAMETERS, "rng.random(size) ** (1 / a)", "power", "numpy.random."),
    **_row(
        _PARAMETERS, "mean + np.linalg.cholesky(cov) @ rng.standard_normal(n)", "multivariate_normal", "numpy.random."
    ),
    **_row(
        _PARAMETERS, "scale * rng.standard_gamma(shape), with a shape that is not watched", "gamma", "numpy.random."
    ),
    **_row(
        _PARAMETERS,
        _OUTSIDE,
        "beta chisquare dirichlet f noncentral_chisquare noncentral_f standard_gamma standard_t triangular vonmises "
        "wald",
        "numpy.random.",
    ),
}
"""Functions through which a gradient would have to pass, but cannot: name -> why, and what to write instead."""

DRAWS = _table(
    """
    a draw is a constant, replayed as it was drawn: numpy.random.binomial numpy.random.choice numpy.random.geometric
    a draw is a constant, replayed as it was drawn: numpy.random.hypergeometric numpy.random.logseries
    a draw is a constant, replayed as it was drawn: numpy.random.multinomial numpy.random.negative_binomial
    a draw is a constant, replayed as it was drawn: numpy.random.permutation numpy.random.poisson numpy.random.rand
    a draw is a constant, replayed as it was drawn: numpy.random.randint numpy.random.randn numpy.random.random
    a draw is a constant, replayed as it was drawn: numpy.random.random_integers numpy.random.random_sample
    a draw is a constant, replayed as it was drawn: numpy.random.ranf numpy.random.sample numpy.random.shuffle
    a draw is a constant, replayed as it was drawn: numpy.random.standard_cauchy numpy.random.standard_exponential
    a draw is a constant, replayed as it was drawn: numpy.random.standard_normal numpy.random.zipf
    """
)
"""Draws without parameters that a gradient could go back to: constants, replayed as they were drawn."""


METHODS = {
    **dict.fromkeys(("base", "ctypes", "data", "getfield", "setfield"), "it would give bare memory away"),
    **dict.fromkeys(("byteswap", "dump", "dumps", "tobytes", "tofile", "to_device"), "it makes bytes of the numbers"),
    **dict.fromkeys(("device", "dtype", "setflags"), "it is about the array, not its numbers"),
}
"""Methods and attributes of arrays that compute nothing: refused, or answered with plain values."""


def unsupported(label: str) -> Unsupported | None:
    """What is known about a function that has no row, by its full name."""
    module, _, name = label.rpartition(".")
    if module in ("ndarray", "numpy.ndarray"):
        return UNSUPPORTED.get(f"numpy.{name}")
    return UNSUPPORTED.get(label) or UNSUPPORTED.get(f"numpy.ufunc.{name}")
