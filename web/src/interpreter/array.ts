// Arrays of numbers, as NumPy has them in C order, and what a dtype makes of each number.

import type { Entry } from "../document/types";

/** Whole numbers and truth values are held as the doubles that equal them. */
export interface NDArray {
  data: Float64Array;
  shape: number[];
  dtype: string;
  /** A number of Python's: beside a float32 array it counts as float32. */
  weak?: boolean;
}

export const sizeOf = (shape: number[]): number => shape.reduce((size, n) => size * n, 1);

/** Gives an array a shape and new memory. Whoever reads it has to be made anew. */
export function allocate(out: NDArray, shape: number[]): Float64Array {
  out.shape = shape;
  return (out.data = new Float64Array(sizeOf(shape)));
}

/** How far apart neighbours along each axis are; 0 along an axis of length 1, which broadcasts. */
export function stridesOf(shape: number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = shape[axis] === 1 ? 0 : stride;
    stride *= shape[axis];
  }
  return strides;
}

/** The shape that these broadcast to. */
export function broadcast(...shapes: number[][]): number[] {
  const length = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length }, (_, axis) => {
    let found = 1;
    for (const shape of shapes) {
      const n = shape[axis - length + shape.length] ?? 1;
      if (n !== 1 && found !== 1 && n !== found) throw new Error(`shapes ${shapes.map((s) => `(${s})`).join(" and ")} do not fit`);
      if (n !== 1) found = n;
    }
    return found;
  });
}

/** Strides of an array that is read as if it had the longer shape. */
export function spread(shape: number[], length: number): number[] {
  const missing = length - shape.length;
  if (missing < 0 && shape.slice(0, -missing).some((n) => n !== 1)) throw new Error("too many axes");
  return missing < 0 ? stridesOf(shape).slice(-missing) : [...new Array<number>(missing).fill(0), ...stridesOf(shape)];
}

/** All sums of one number from each list, the last list fastest: places in memory from places along each axis. */
export function sums(lists: ArrayLike<number>[], start = 0): Int32Array {
  let found = Int32Array.of(start);
  for (const list of lists) {
    const n = list.length;
    const next = new Int32Array(found.length * n);
    for (let i = 0, k = 0; i < found.length; i++) for (let j = 0; j < n; j++) next[k++] = found[i] + list[j];
    found = next;
  }
  return found;
}

/** Places in memory of the entries of an array with these lengths and strides. */
export const placesOf = (shape: number[], strides: number[], start = 0): Int32Array =>
  sums(
    shape.map((n, axis) => Array.from({ length: n }, (_, i) => i * strides[axis])),
    start,
  );

export const sameShape = (a: number[], b: number[]): boolean => a.length === b.length && a.every((n, axis) => n === b[axis]);

export const isFloat = (dtype: string): boolean => dtype.startsWith("float");

/** The number that an entry of the document is. */
export const entry = (x: Entry): number => (x === "inf" ? Infinity : x === "-inf" ? -Infinity : x === "nan" ? NaN : Number(x));

/** The largest whole number of which, and of all below it, a double is exact. */
const EXACT = 2 ** 53;

export const TOO_LARGE = "a whole number is too large to be exact here";

/** What a dtype makes of numbers that were computed as doubles: nothing, for float64. */
export function rounding(dtype: string): ((y: Float64Array) => void) | null {
  if (dtype === "float64") return null;
  if (dtype === "float32") return each(Math.fround);
  if (dtype === "float16") return each(half);
  if (dtype === "bool") return each((x) => (x !== 0 ? 1 : 0));
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(dtype) ?? [];
  if (!bits) throw new Error(`numbers of type ${dtype} are not computed here`);
  const range = 2 ** +bits;
  const top = unsigned ? range : range / 2;
  if (+bits < 64) return each((x) => x - range * Math.floor((x + range - top) / range) + 0);
  return each((x) => {
    if (!(Math.abs(x) <= EXACT) || (unsigned && x < 0)) throw new Error(TOO_LARGE);
    return x + 0; // never -0
  });
}

const each = (f: (x: number) => number) => (y: Float64Array) => {
  for (let i = 0; i < y.length; i++) y[i] = f(y[i]);
};

/** The nearest number of 16 bits: 11 digits, from 2^-24 to 65504. */
function half(x: number): number {
  const size = Math.abs(x);
  if (!(size > 0 && size < Infinity)) return x;
  const unit = 2 ** (Math.max(-14, Math.floor(Math.log2(size))) - 10);
  const found = toEven(size / unit) * unit;
  return Math.sign(x) * (found >= 65520 ? Infinity : found);
}

/** The nearest whole number, of two the even one. */
export function toEven(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
}
