// Special functions: the error function and its inverse, the gamma function and its relatives.
//
// Sources: Abramowitz & Stegun, Handbook of Mathematical Functions (A&S); Giles, Approximating the erfinv function (2010).

import { type Maker } from "./kernel";
import { on } from "./elementwise";

/** 2/√π */
const SLOPE = 2 / Math.sqrt(Math.PI);

/** erf(x): the series of A&S 7.1.6, whose terms are all of one sign; far out 1 less the continued fraction 7.1.14. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size >= 2.5) return Math.sign(x) * (1 - erfc(size));
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return sum === sum ? SLOPE * Math.exp(-x * x) * sum : x;
}

/** 1 - erf(x) for x ≥ 0, to full precision where it is small. */
function erfc(x: number): number {
  if (x < 2.5) return 1 - erf(x);
  if (x > 27) return 0;
  let tail = x;
  for (let n = 70; n > 0; n--) tail = x + n / 2 / tail;
  return (SLOPE / 2) * (Math.exp(-x * x) / tail);
}

/** The inverse of erf: a first guess (Giles), then Halley's steps. */
export function erfinv(y: number): number {
  const size = Math.abs(y);
  if (!(size < 1)) return size === 1 ? y * Infinity : NaN;
  const w = -Math.log1p(-y * y);
  // Giles' approximation for the middle, its leading behaviour for the tails.
  let x = w < 5 ? size * (1.50140941 + (w - 2.5) * (0.246640727 + (w - 2.5) * -0.00417768164)) : Math.sqrt(w - 0.5 * Math.log(Math.PI * w));
  for (let step = 0; step < 6; step++) {
    const off = x < 0.5 ? erf(x) - size : 1 - size - erfc(x);
    const change = off / (SLOPE * Math.exp(-x * x));
    x -= change / (1 + x * change);
    if (Math.abs(change) < 1e-9 * x) break;
  }
  return Math.sign(y) * x;
}

/** B(2k) / (2k (2k - 1)), the coefficients of Stirling's series (A&S 6.1.40). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** From here on Stirling's series is exact to the last digit; smaller arguments are raised to it. */
const LARGE = 12;

/** What Stirling's formula lacks, for large x. */
function correction(x: number): number {
  let sum = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum / (x * x) + STIRLING[k];
  return sum / x;
}

/** sin(πx): near whole numbers, where it is near 0, to full precision. */
function sinPi(x: number): number {
  const whole = Math.round(x);
  return (whole % 2 ? -1 : 1) * Math.sin(Math.PI * (x - whole));
}

const isPole = (x: number): boolean => x <= 0 && x === Math.floor(x);

/** Is Γ(x) a factorial that a double holds exactly? */
const isFactorial = (x: number): boolean => x > 0 && x < 24 && x === Math.floor(x);

/** log |Γ(x)| */
export function gammaln(x: number): number {
  if (Math.abs(x) === Infinity) return x;
  if (isPole(x)) return Infinity;
  if (isFactorial(x)) return Math.log(gamma(x));
  if (x < 0.5) return Math.log(Math.PI / Math.abs(sinPi(x))) - gammaln(1 - x);
  let product = 1;
  while (x < LARGE) product *= x++;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + correction(x) - Math.log(product);
}

/** Γ(x) */
export function gamma(x: number): number {
  if (x === 0) return 1 / x;
  if (isPole(x)) return NaN;
  if (isFactorial(x)) {
    let product = 1;
    while (--x > 1) product *= x;
    return product;
  }
  if (x < 0.5) return Math.PI / (sinPi(x) * gamma(1 - x));
  if (x > 172) return x === x ? Infinity : x;
  let divisor = 1;
  while (x < LARGE) divisor *= x++;
  const half = x ** (x / 2 - 0.25); // its square may be too large where the quotient is not
  return (Math.sqrt(2 * Math.PI) * half * Math.exp(-x) * half * Math.exp(correction(x))) / divisor;
}

/** B(2k) / (2k)!, for sums by Euler and Maclaurin (A&S 23.1.30). */
const MACLAURIN = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600];

/** ψ(x), the slope of log Γ (A&S 6.3.18, raised by 6.3.5, reflected by 6.3.7). */
export function digamma(x: number): number {
  if (x === 0) return -1 / x;
  if (isPole(x)) return NaN;
  if (x === Infinity) return x;
  if (x < -1) return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  let sum = 0;
  while (x < LARGE) sum -= 1 / x++;
  let tail = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) tail = (tail + (2 * k + 1) * STIRLING[k]) / (x * x);
  return sum + Math.log(x) - 0.5 / x - tail;
}

/** Σ 1/(q + i)^s over i from 0 on (Hurwitz' zeta function), by Euler and Maclaurin. */
function zeta(s: number, q: number): number {
  if (q === Infinity) return 0;
  if (isPole(q)) return Infinity;
  if (!(q > -1e5)) return NaN; // so many terms are not added up
  let sum = 0;
  for (; q < LARGE + s / 2; q++) sum += q ** -s;
  let power = q ** -s;
  let found = (power * q) / (s - 1) + power / 2;
  power *= s / q;
  MACLAURIN.forEach((b, k) => {
    found += b * power;
    power *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (q * q);
  });
  return sum + found;
}

/** The n-th derivative of ψ. */
const polygamma = (n: number, x: number): number => (n === 0 ? digamma(x) : (-1) ** (n + 1) * gamma(n + 1) * zeta(n + 1, x));

export const SPECIAL: Record<string, Maker> = {
  erf: on(erf),
  erfinv: on(erfinv),
  gamma: on(gamma),
  gammaln: on(gammaln),
  polygamma: (given) => on((x) => polygamma(Number(given.params.n), x))(given),
};
