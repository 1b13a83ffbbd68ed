// Bessel functions J and I of the first kind, of any real order.
//
// Sources: Abramowitz & Stegun, chapter 9 (A&S); the downward recurrence is J. C. P. Miller's (A&S 9.12).

import { on } from "./elementwise";
import { type Maker } from "./kernel";
import { gamma } from "./special";

/** The series in powers of x (A&S 9.1.10 and 9.6.10): sign is -1 for J, 1 for I. */
function series(order: number, x: number, sign: number): number {
  // A whole order below 0 begins where 1/Γ is not 0.
  let k = order < 0 && order === Math.floor(order) ? -order : 0;
  let term = (x / 2) ** (order + 2 * k) / gamma(order + k + 1) / gamma(k + 1);
  if (k && sign < 0 && k % 2) term = -term;
  let sum = term;
  for (const square = (sign * x * x) / 4; Math.abs(term) > 1e-17 * Math.abs(sum); ) {
    k++;
    sum += term *= square / (k * (k + order));
  }
  return sum;
}

/** Hankel's sums for large x (A&S 9.2.5 and 9.7.1): the terms of even and of odd number. */
function hankel(order: number, x: number, sign: number): [number, number] {
  const sums = [1, 0];
  let term = 1;
  for (let k = 1; k < 200; k++) {
    const next = (term * (4 * order * order - (2 * k - 1) ** 2)) / (8 * k * x);
    if (!next || Math.abs(next) > Math.abs(term) || Math.abs(next) < 1e-18) break;
    term = next;
    sums[k % 2] += sign < 0 && k & 2 ? -term : term;
  }
  return [sums[0], sums[1]];
}

const isLarge = (order: number, x: number): boolean => x > 30 + order * order / 2;

/** I of an order, at x. */
export function iv(order: number, x: number): number {
  if (Math.abs(x) === Infinity) return NaN;
  if (x < 0) return order === Math.floor(order) ? (order % 2 ? -1 : 1) * iv(order, -x) : NaN;
  if (x === 0) return atZero(order);
  if (!isLarge(order, x)) return series(order, x, 1);
  const [even, odd] = hankel(order, x, 1);
  const half = Math.exp(x / 2);
  return half * ((even - odd) / Math.sqrt(2 * Math.PI * x)) * half;
}

/** J of an order, at x. */
export function jv(order: number, x: number): number {
  const whole = order === Math.floor(order);
  if (Math.abs(x) === Infinity) return NaN;
  if (x < 0) return whole ? (order % 2 ? -1 : 1) * jv(order, -x) : NaN;
  if (whole && order < 0) return (order % 2 ? -1 : 1) * jv(-order, x);
  if (x === 0) return atZero(order);
  if (isLarge(order, x)) {
    const [even, odd] = hankel(order, x, -1);
    const angle = x - (order / 2 + 0.25) * Math.PI;
    return Math.sqrt(2 / (Math.PI * x)) * (even * Math.cos(angle) - odd * Math.sin(angle));
  }
  return x * x < 4 * Math.max(1, order + 1) ? series(order, x, -1) : byRecurrence(order, x);
}

function atZero(order: number): number {
  if (order === 0) return 1;
  return order > 0 || order === Math.floor(order) ? 0 : Infinity * gamma(order + 1);
}

/** From far above the order down by J(v - 1) = 2v/x J(v) - J(v + 1), where errors shrink, from any beginning; what it has
 * to be multiplied with is told by (x/2)^v = Σ (v + 2k) Γ(v + k)/k! J(v + 2k) (A&S 9.1.87). */
function byRecurrence(order: number, x: number): number {
  const low = order - Math.floor(order);
  const many = 2 * Math.ceil((Math.max(x, Math.abs(order)) + 30 + 12 * Math.cbrt(x)) / 2);
  let [above, here, found, sum] = [0, 1e-280, 0, 0];
  // The factors (v + 2k) Γ(v + k)/k!, of which the first is Γ(v + 1).
  const factors = [gamma(low + 1)];
  for (let k = 1, ratio = factors[0]; 2 * k <= many; k++) {
    factors.push((low + 2 * k) * ratio);
    ratio *= (low + k) / (k + 1);
  }
  for (let n = many; n >= 0; n--) {
    if (low + n === order) found = here;
    if (n % 2 === 0) sum += factors[n / 2] * here;
    [above, here] = [here, (2 * (low + n) * here) / x - above];
    if (Math.abs(here) > 1e200) [above, here, found, sum] = [above * 1e-200, here * 1e-200, found * 1e-200, sum * 1e-200];
  }
  for (let v = low - 1; v > order - 0.5; v--) {
    // `here` is the value at v; below 0 the growing solution is wanted, and errors do not grow faster.
    if (v < order + 0.5) found = here;
    [above, here] = [here, (2 * v * here) / x - above];
  }
  return (found / sum) * (x / 2) ** low;
}

const ofOrder = (f: (order: number, x: number) => number): Maker => (given) => on((x) => f(Number(given.params.order), x))(given);

export const BESSEL: Record<string, Maker> = { iv: ofOrder(iv), jv: ofOrder(jv) };
