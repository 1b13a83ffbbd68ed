// Whole quotients, bits, and other operations on each element that few pages need.

import { isFloat, toEven } from "./array";
import { by, number, on } from "./elementwise";
import type { Given, Maker } from "./kernel";

/** The sign of zero is told by what it divides. */
const negativeSign = (x: number): boolean => x < 0 || Object.is(x, -0);

/** A whole quotient, as Python and NumPy have it: the remainder has the divisor's sign. */
function floorDivide(a: number, b: number): number {
  if (b === 0) return a / b;
  let rest = a % b;
  let quotient = (a - rest) / b;
  if (rest && b < 0 !== rest < 0) {
    rest += b;
    quotient -= 1;
  }
  if (quotient === 0) return negativeSign(a / b) ? -0 : 0;
  const down = Math.floor(quotient);
  return quotient - down > 0.5 ? down + 1 : down;
}

const wholeDivide = (a: number, b: number): number => (b === 0 ? 0 : Math.floor(a / b));

const words = new DataView(new ArrayBuffer(8));

/** The power of two that the number is just below. */
function exponent(x: number): number {
  if (!x || !Number.isFinite(x)) return 0;
  if (Math.abs(x) < 2 ** -1000) return exponent(x * 2 ** 100) - 100;
  words.setFloat64(0, x);
  return ((words.getUint16(0) >> 4) & 0x7ff) - 1022;
}

/** Bits of whole numbers: of 32 at once, else of as many as it takes. */
const bits = (small: (a: number, b: number) => number, large: (a: bigint, b: bigint) => bigint): Maker =>
  by((a, b) => (a === (a | 0) && b === (b | 0) ? small(a, b) : Number(large(BigInt(a), BigInt(b)))));

const invert: Maker = (given: Given) => on(given.out.dtype === "bool" ? (x) => 1 - x : (x) => -1 - x)(given);

/** Whole numbers have a whole quotient. */
const floor_divide: Maker = (given) => by(isFloat(given.out.dtype) ? floorDivide : wholeDivide)(given);

/** Not in every page: see more.ts. */
export const WHOLE_NUMBERS: Record<string, Maker> = {
  floor_divide,
  signbit: on((x) => number(negativeSign(x))),
  bitwise_and: bits((a, b) => a & b, (a, b) => a & b),
  bitwise_or: bits((a, b) => a | b, (a, b) => a | b),
  bitwise_xor: bits((a, b) => a ^ b, (a, b) => a ^ b),
  left_shift: by((a, b) => a * 2 ** b),
  right_shift: by((a, b) => Math.floor(a / 2 ** b)),
  invert,
  arctan2: by(Math.atan2),
  trunc: on(Math.trunc),
  rint: on(toEven),
  exponent: on(exponent),
};
