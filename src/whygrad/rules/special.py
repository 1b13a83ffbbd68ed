"""Rows: the functions of scipy.special, which is imported only when one of them runs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from whygrad.rules.row import Sample, elementwise, general

Axes = tuple[int, ...] | None

PROBABILITY = (0.1, 0.9)
ABOVE_ZERO = (0.3, 1.7)


def _special(name: str) -> Callable[..., Any]:
    """The function of that name, found when it is first called."""

    def evaluate(*operands: Any) -> Any:
        return function_of(name)(*operands)

    return evaluate


@functools.cache
def function_of(name: str) -> Any:
    """The function of scipy.special of that name."""
    from scipy import special

    return getattr(special, name)


def _logsumexp(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return function_of("logsumexp")(x, axis=axis, keepdims=keepdims)


def _weighted_logsumexp(x: Any, b: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    return function_of("logsumexp")(x, axis=axis, b=b, keepdims=keepdims)


def _softmax(x: Any, axis: tuple[int, ...]) -> Any:
    return function_of("softmax")(x, axis=axis)


def _log_softmax(x: Any, axis: tuple[int, ...]) -> Any:
    return function_of("log_softmax")(x, axis=axis)


def _polygamma(x: Any, n: int) -> Any:
    return function_of("polygamma")(n, x)


def _bessel(name: str) -> Callable[..., Any]:
    def evaluate(x: Any, order: int) -> Any:
        return function_of(name)(order, x)

    return evaluate


EXPIT = elementwise(
    _special("expit"),
    "y = expit(x)",
    dx="g * y * (1 - y)",
    why="the slope of the sigmoid can be read off its own output: {y}(1 − {y})",
    code="special.expit({x})",
    body="1 / (1 + exp(-x))",
    latex=r"\sigma({x})",
)
LOGIT = elementwise(
    _special("logit"),
    "y = logit(x)",
    dx="g / (x * (1 - x))",
    why="the slope of the sigmoid at {y} is {x}(1 − {x}); its inverse has one over that",
    domain=PROBABILITY,
    code="special.logit({x})",
    body="log(x) - log1p(-x)",
    latex=r"\log \frac{{x}}{1 - {x}}",
)
LOG_EXPIT = elementwise(
    _special("log_expit"),
    "y = log_expit(x)",
    dx="g * expit(-x)",
    why="the logarithm divides the sigmoid's slope s(1 − s) by s: what is left is 1 − s, the sigmoid of −{x}",
    code="special.log_expit({x})",
    body="-logaddexp(0, -x)",
    latex=r"\log \sigma({x})",
)
SOFTPLUS = elementwise(
    _special("softplus"),
    "y = softplus(x)",
    dx="g * expit(x)",
    why="the slope of log(1 + exp({x})) is the sigmoid of {x}",
    code="special.softplus({x})",
    body="logaddexp(0, x)",
    latex=r"\operatorname{softplus}({x})",
)

REDUCED = (
    Sample(((3, 4),), ((0, 1), False)),
    Sample(((3, 4),), ((0,), False)),
    Sample(((3, 4),), ((1,), True)),
    Sample(((2, 3, 4),), ((0, 2), False)),
    Sample(((5,),), ((0,), False)),
)
LOGSUMEXP = general(
    _logsumexp,
    "y = logsumexp(x, |, axis, keepdims)",
    dx="spread_back(g, axis, keepdims) * softmax(x, axis)",
    why="of the sum whose logarithm is {y} each entry of {x} has its part, the softmax of {x}; by that much it moves "
    "{y}",
    local={"x": "softmax({x})"},
    samples=REDUCED,
    code="special.logsumexp({x}, axis={axis}, keepdims={keepdims})",
    defaults={"keepdims": False},
    body="log(sum(exp(x - max(x, axis, True)), axis, keepdims)) + max(x, axis, keepdims)",
    lazy=True,
    latex=r"\log \sum_{axis} e^{{x}}",
    proof=(
        "where axis = (0,), keepdims = False, x.shape = (3,)",
        "y = log(Σ_i exp(x_i))",
        "∂y/∂x_p = exp(x_p) / Σ_k exp(x_k)",
        "∂L/∂x_p = g exp(x_p) / Σ_k exp(x_k) = g exp(x_p − y)",
    ),
)
WEIGHTED_LOGSUMEXP = general(
    _weighted_logsumexp,
    "y = weighted_logsumexp(x, b, |, axis, keepdims)",
    dx="spread_back(g, axis, keepdims) * b * exp(x - spread_back(y, axis, keepdims))",
    db="spread_back(g, axis, keepdims) * exp(x - spread_back(y, axis, keepdims))",
    why={
        "x": "of the sum whose logarithm is {y} each entry has its part, {b} exp({x} − {y}); by that much it moves {y}",
        "b": "each weight is multiplied by exp({x}), and the logarithm divides by the whole sum, exp({y})",
    },
    domain={"x": (-1.7, 1.7), "b": ABOVE_ZERO},
    samples=(
        Sample(((3, 4), (3, 4)), ((1,), False)),
        Sample(((3, 4), (4,)), ((1,), True)),
        Sample(((3, 4), (3, 1)), ((0, 1), False)),
        Sample(((5,), (5,)), ((0,), False)),
    ),
    code="special.logsumexp({x}, axis={axis}, b={b}, keepdims={keepdims})",
    defaults={"keepdims": False},
    body="log(sum(b * exp(x - max(x, axis, True)), axis, keepdims)) + max(x, axis, keepdims)",
    lazy=True,
    stacks=True,
    latex=r"\log \sum_{axis} {b} e^{{x}}",
    proof=(
        "where axis = (0,), keepdims = False, x.shape = (2,), b.shape = (2,)",
        "y = log(Σ_i b_i exp(x_i))",
        "∂y/∂x_p = b_p exp(x_p) / Σ_k b_k exp(x_k)",
        "∂L/∂x_p = g b_p exp(x_p − y)",
        "∂y/∂b_p = exp(x_p) / Σ_k b_k exp(x_k)",
        "∂L/∂b_p = g exp(x_p − y)",
    ),
)
SOFTMAX = general(
    _softmax,
    "y = softmax(x, |, axis)",
    dx="y * (g - sum(g * y, axis, True))",
    why="raising one entry takes from all others of its row, because the row sums to 1: from each entry's "
    "gradient the average, weighted by {y}, is taken off",
    local={"x": "diag(a) − a aᵀ for each row a of {y}"},
    samples=tuple(Sample(s.shapes, s.params[:1]) for s in REDUCED),
    code="special.softmax({x}, axis={axis})",
    body="exp(x - max(x, axis, True)) / sum(exp(x - max(x, axis, True)), axis, True)",
    latex=r"\operatorname{softmax}_{axis} {x}",
    proof=(
        "where axis = (0,), x.shape = (3,)",
        "y_i = exp(x_i) / Σ_k exp(x_k)",
        "∂y_i/∂x_p = y_i ([i = p] − y_p)",
        "∂L/∂x_p = Σ_i g_i y_i ([i = p] − y_p) = y_p (g_p − Σ_i g_i y_i)",
    ),
)
LOG_SOFTMAX = general(
    _log_softmax,
    "y = log_softmax(x, |, axis)",
    dx="g - exp(y) * sum(g, axis, True)",
    why="{y} is {x} less the logarithm of the row's sum of exponentials: each entry passes its own gradient on, and "
    "takes off its part exp({y}) of all the row's",
    local={"x": "I − 1 aᵀ for each row a of exp({y})"},
    samples=tuple(Sample(s.shapes, s.params[:1]) for s in REDUCED),
    code="special.log_softmax({x}, axis={axis})",
    body="x - max(x, axis, True) - log(sum(exp(x - max(x, axis, True)), axis, True))",
    latex=r"\log \operatorname{softmax}_{axis} {x}",
    proof=(
        "where axis = (0,), x.shape = (3,)",
        "y_i = x_i − log(Σ_k exp(x_k))",
        "∂y_i/∂x_p = [i = p] − exp(y_p)",
        "∂L/∂x_p = Σ_i g_i ([i = p] − exp(y_p)) = g_p − exp(y_p) Σ_i g_i",
    ),
)

ERF = elementwise(
    _special("erf"),
    "y = erf(x)",
    dx="g * 1.1283791670955126 * exp(-x ** 2)",
    why="erf is the area under the bell curve 2/√π · exp(−t²) up to {x}, so its slope is the curve's height there",
    local={"x": "2/√π · exp(−{x}²)"},
    code="special.erf({x})",
    latex=r"\operatorname{erf}({x})",
)
ERFC = elementwise(
    _special("erfc"),
    "y = erfc(x)",
    dx="-g * 1.1283791670955126 * exp(-x ** 2)",
    why="erfc({x}) is 1 − erf({x}): its slope is minus the height of the bell curve 2/√π · exp(−{x}²)",
    local={"x": "−2/√π · exp(−{x}²)"},
    code="special.erfc({x})",
    body="1 - erf(x)",
    latex=r"\operatorname{erfc}({x})",
)
ERFINV = elementwise(
    _special("erfinv"),
    "y = erfinv(x)",
    dx="g * 0.8862269254527579 * exp(y ** 2)",
    why="the slope of erf at {y} is 2/√π · exp(−{y}²); its inverse has one over that",
    local={"x": "½√π · exp({y}²)"},
    domain=(-0.9, 0.9),
    code="special.erfinv({x})",
)
ERFCINV = elementwise(
    _special("erfcinv"),
    "y = erfcinv(x)",
    dx="-g * 0.8862269254527579 * exp(y ** 2)",
    why="the slope of erfc at {y} is −2/√π · exp(−{y}²); its inverse has one over that",
    local={"x": "−½√π · exp({y}²)"},
    domain=(0.1, 1.9),
    code="special.erfcinv({x})",
    body="erfinv(1 - x)",
)
NDTR = elementwise(
    _special("ndtr"),
    "y = ndtr(x)",
    dx="g * 0.3989422804014327 * exp(-x ** 2 / 2)",
    why="it is the area under the normal density up to {x}, so its slope is the density there",
    local={"x": "exp(−{x}²/2)/√(2π)"},
    code="special.ndtr({x})",
    body="0.5 * erfc(-0.7071067811865476 * x)",
    latex=r"\Phi({x})",
)
LOG_NDTR = elementwise(
    _special("log_ndtr"),
    "y = log_ndtr(x)",
    dx="g * 0.3989422804014327 * exp(-x ** 2 / 2 - y)",
    why="the slope of the area under the normal density is the density; the logarithm divides it by the area, exp({y})",
    local={"x": "exp(−{x}²/2 − {y})/√(2π)"},
    code="special.log_ndtr({x})",
    body="log(ndtr(x))",
    latex=r"\log \Phi({x})",
)
NDTRI = elementwise(
    _special("ndtri"),
    "y = ndtri(x)",
    dx="g * 2.5066282746310002 * exp(y ** 2 / 2)",
    why="the slope of the normal distribution function at {y} is the density there; its inverse has one over that",
    local={"x": "√(2π) · exp({y}²/2)"},
    domain=PROBABILITY,
    code="special.ndtri({x})",
    body="1.4142135623730951 * erfinv(2 * x - 1)",
)

XLOGY = elementwise(
    _special("xlogy"),
    "z = xlogy(x, y)",
    dx="g * log(y)",
    dy="g * x / y if nonzero(x) else g * x / where(x == 0, 1, y)",
    why={
        "x": "the other factor is log {y}",
        "y": "the slope of {x} · log {y} with respect to {y} is {x}/{y}, and 0 where {x} is 0, whatever {y} is",
    },
    local={"y": "{x}/{y}"},
    domain=ABOVE_ZERO,
    code="special.xlogy({x}, {y})",
    body="x * log(where(x == 0, 1, y))",
    latex=r"{x} \log {y}",
)
XLOG1PY = elementwise(
    _special("xlog1py"),
    "z = xlog1py(x, y)",
    dx="g * log1p(y)",
    dy="g * x / (1 + y) if nonzero(x) else g * x / where(x == 0, 1, 1 + y)",
    why={
        "x": "the other factor is log(1 + {y})",
        "y": "the slope of {x} · log(1 + {y}) with respect to {y} is {x}/(1 + {y}), and 0 where {x} is 0",
    },
    local={"y": "{x}/(1 + {y})"},
    domain=ABOVE_ZERO,
    code="special.xlog1py({x}, {y})",
    body="x * log1p(where(x == 0, 0, y))",
    latex=r"{x} \log (1 + {y})",
)
ENTR = elementwise(
    _special("entr"),
    "y = entr(x)",
    dx="-g * (log(x) + 1)",
    why="{y} is −{x} · log {x}; by the product rule its slope is −log {x} − 1",
    domain=ABOVE_ZERO,
    code="special.entr({x})",
    body="-xlogy(x, x)",
    latex=r"-{x} \log {x}",
)
REL_ENTR = elementwise(
    _special("rel_entr"),
    "z = rel_entr(x, y)",
    dx="g * (log(x / y) + 1)",
    dy="-g * x / y",
    why={
        "x": "{z} is {x} · log({x}/{y}); by the product rule its slope in {x} is log({x}/{y}) + 1",
        "y": "{z} is {x} · (log {x} − log {y}), so its slope in {y} is −{x}/{y}",
    },
    domain=ABOVE_ZERO,
    code="special.rel_entr({x}, {y})",
    body="x * log(x / y)",
    latex=r"{x} \log \frac{{x}}{{y}}",
)
KL_DIV = elementwise(
    _special("kl_div"),
    "z = kl_div(x, y)",
    dx="g * log(x / y)",
    dy="g * (1 - x / y)",
    why={
        "x": "{z} is {x} · log({x}/{y}) − {x} + {y}: the 1 of the product rule and the −{x} cancel",
        "y": "{z} is {x} · log({x}/{y}) − {x} + {y}, so its slope in {y} is 1 − {x}/{y}",
    },
    domain=ABOVE_ZERO,
    code="special.kl_div({x}, {y})",
    body="x * log(x / y) - x + y",
    latex=r"{x} \log \frac{{x}}{{y}} - {x} + {y}",
)

GAMMALN = elementwise(
    _special("gammaln"),
    "y = gammaln(x)",
    dx="g * digamma(x)",
    why="the slope of log Γ is, by its name, the digamma function ψ",
    domain=ABOVE_ZERO,
    code="special.gammaln({x})",
    latex=r"\log |\Gamma({x})|",
)
DIGAMMA = elementwise(
    _special("digamma"),
    "y = digamma(x)",
    dx="g * polygamma(x, 1)",
    why="the slope of the digamma function is the first polygamma function ψ′",
    domain=ABOVE_ZERO,
    code="special.digamma({x})",
    body="polygamma(x, 0)",
    latex=r"\psi({x})",
)
POLYGAMMA = elementwise(
    _polygamma,
    "y = polygamma(x, |, n)",
    dx="g * polygamma(x, n + 1)",
    why="each polygamma function is the slope of the one before",
    domain=ABOVE_ZERO,
    samples=(Sample(((3, 4),), (1,)), Sample(((4,),), (2,)), Sample(((),), (1,))),
    code="special.polygamma({n}, {x})",
    latex=r"\psi_{{n}}({x})",
)
GAMMA = elementwise(
    _special("gamma"),
    "y = gamma(x)",
    dx="g * y * digamma(x)",
    why="the slope of log Γ is the digamma function, and Γ is the exponential of log Γ",
    domain=ABOVE_ZERO,
    code="special.gamma({x})",
    latex=r"\Gamma({x})",
)
BETALN = elementwise(
    _special("betaln"),
    "y = betaln(a, b)",
    da="g * (digamma(a) - digamma(a + b))",
    db="g * (digamma(b) - digamma(a + b))",
    why="{y} is log Γ({a}) + log Γ({b}) − log Γ({a} + {b}), and the slope of log Γ is the digamma function",
    domain=ABOVE_ZERO,
    code="special.betaln({a}, {b})",
    body="gammaln(a) + gammaln(b) - gammaln(a + b)",
    latex=r"\log |\operatorname{B}({a}, {b})|",
)
BETA = elementwise(
    _special("beta"),
    "y = beta(a, b)",
    da="g * y * (digamma(a) - digamma(a + b))",
    db="g * y * (digamma(b) - digamma(a + b))",
    why="{y} is Γ({a}) Γ({b}) / Γ({a} + {b}), and the slope of each log Γ is the digamma function",
    domain=ABOVE_ZERO,
    code="special.beta({a}, {b})",
    body="gamma(a) * gamma(b) / gamma(a + b)",
    latex=r"\operatorname{B}({a}, {b})",
)

EXP10 = elementwise(
    _special("exp10"),
    "y = exp10(x)",
    dx="g * y * 2.302585092994046",
    why="10 to the {x} is e to the {x} · log 10, so its slope is itself times log 10",
    local={"x": "{y} · log 10"},
    code="special.exp10({x})",
    body="exp(x * 2.302585092994046)",
    latex="10^{{x}}",
)
COSM1 = elementwise(
    _special("cosm1"),
    "y = cosm1(x)",
    dx="-g * sin(x)",
    why="the slope of cos({x}) − 1 is minus the sine",
    code="special.cosm1({x})",
    body="-2 * sin(x / 2) ** 2",
    latex=r"\cos {x} - 1",
)
HUBER = elementwise(
    _special("huber"),
    "y = huber(delta, r)",
    ddelta="g * maximum(absolute(r) - delta, 0)",
    dr="g * clip(r, -delta, delta)",
    why={
        "delta": "where |{r}| is beyond {delta} the loss is a line, {delta}(|{r}| − {delta}/2), which {delta} tilts",
        "r": "up to {delta} the loss is {r}²/2, slope {r}; beyond it is a line, slope ±{delta}: the clipped residual",
    },
    domain={"delta": (0.5, 0.8), "r": (-1.7, 1.7)},
    code="special.huber({delta}, {r})",
    body="where(absolute(r) <= delta, r ** 2 / 2, delta * (absolute(r) - delta / 2))",
    smooth=False,
)
PSEUDO_HUBER = elementwise(
    _special("pseudo_huber"),
    "y = pseudo_huber(delta, r)",
    ddelta="g * (2 * delta * (sqrt(1 + (r / delta) ** 2) - 1) - r ** 2 / (delta * sqrt(1 + (r / delta) ** 2)))",
    dr="g * r / sqrt(1 + (r / delta) ** 2)",
    why={
        "delta": "the product rule on {delta}² · (√(1 + ({r}/{delta})²) − 1)",
        "r": "near 0 the loss is {r}²/2, slope {r}; far away the root in the denominator holds the slope at {delta}",
    },
    domain={"delta": (0.5, 0.8), "r": (-1.7, 1.7)},
    code="special.pseudo_huber({delta}, {r})",
    body="delta ** 2 * (sqrt(1 + (r / delta) ** 2) - 1)",
)

ORDERS = (Sample(((3, 4),), (0,)), Sample(((4,),), (2,)), Sample(((),), (1,)))
I0 = elementwise(
    _special("i0"),
    "y = i0(x)",
    dx="g * i1(x)",
    why="the slope of the modified Bessel function I₀ is I₁",
    code="special.i0({x})",
    body="iv(x, 0)",
    latex="I_{0}({x})",
)
I1 = elementwise(
    _special("i1"),
    "y = i1(x)",
    dx="g * (i0(x) + iv(x, 2)) / 2",
    why="the slope of the modified Bessel function I₁ is the mean of its neighbours, I₀ and I₂",
    code="special.i1({x})",
    body="iv(x, 1)",
    latex="I_{1}({x})",
)
IV = elementwise(
    _bessel("iv"),
    "y = iv(x, |, order)",
    dx="g * (iv(x, order - 1) + iv(x, order + 1)) / 2",
    why="the slope of a modified Bessel function is the mean of its neighbours",
    samples=ORDERS,
    code="special.iv({order}, {x})",
    latex="I_{{order}}({x})",
)
J0 = elementwise(
    _special("j0"),
    "y = j0(x)",
    dx="-g * j1(x)",
    why="the slope of the Bessel function J₀ is −J₁",
    code="special.j0({x})",
    body="jv(x, 0)",
    latex="J_{0}({x})",
)
J1 = elementwise(
    _special("j1"),
    "y = j1(x)",
    dx="g * (j0(x) - jv(x, 2)) / 2",
    why="the slope of the Bessel function J₁ is half the difference of its neighbours, J₀ and J₂",
    code="special.j1({x})",
    body="jv(x, 1)",
    latex="J_{1}({x})",
)
JV = elementwise(
    _bessel("jv"),
    "y = jv(x, |, order)",
    dx="g * (jv(x, order - 1) - jv(x, order + 1)) / 2",
    why="the slope of a Bessel function is half the difference of its neighbours",
    samples=ORDERS,
    code="special.jv({order}, {x})",
    latex="J_{{order}}({x})",
)
