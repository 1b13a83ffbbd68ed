// Primitives that act on each element; operands broadcast.

import { allocate, broadcast, isFloat, placesOf, sameShape, sizeOf, spread, type NDArray } from "./array";
import { unary, type Kernel, type Maker } from "./kernel";

/** How to walk through operands that broadcast: `outer` rows of `inner` entries. In each row an operand begins at its
 * place in `starts` and goes on in its one of `steps`: 1, or 0 where the row is one number. */
interface Walk {
  shape: number[];
  outer: number;
  inner: number;
  starts: Int32Array[];
  steps: number[];
}

const START = Int32Array.of(0);

/** Axes along which all operands go on evenly are walked as one, so there is a single row where shapes are equal. */
function walk(operands: NDArray[]): Walk {
  if (operands.every((x) => sameShape(x.shape, operands[0].shape))) {
    const { shape, data } = operands[0];
    return { shape, outer: 1, inner: data.length, starts: operands.map(() => START), steps: operands.map(() => 1) };
  }
  const shape = broadcast(...operands.map((x) => x.shape));
  const strides = operands.map((x) => spread(x.shape, shape.length));
  const lengths: number[] = [];
  const merged: number[][] = [];
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const here = strides.map((one) => one[axis]);
    const before = merged.at(-1);
    if (before?.every((stride, k) => stride === here[k] * n)) {
      lengths[lengths.length - 1] *= n;
      merged[merged.length - 1] = here;
    } else {
      lengths.push(n);
      merged.push(here);
    }
  });
  const inner = lengths.pop() ?? 1;
  const steps = merged.pop() ?? operands.map(() => 0);
  const starts = operands.map((_, k) => placesOf(lengths, merged.map((one) => one[k])));
  return { shape, outer: inner ? sizeOf(lengths) : 0, inner, starts, steps };
}

/** Beside a float32 array a number of Python's is rounded first. */
function agreed(operands: NDArray[]): [NDArray[], Kernel | null] {
  const floats = operands.filter((x) => !x.weak && isFloat(x.dtype));
  const weak = operands.filter((x) => x.weak && x.dtype === "float64");
  if (!weak.length || !floats.length || floats.some((x) => x.dtype !== "float32")) return [operands, null];
  const copies = weak.map((x) => ({ ...x, data: new Float64Array(1) }));
  const round = (): void => weak.forEach((x, k) => (copies[k].data[0] = Math.fround(x.data[0])));
  return [operands.map((x) => copies[weak.indexOf(x)] ?? x), round];
}

type Loop = (w: Walk, a: Float64Array, b: Float64Array, y: Float64Array) => void;

const binary = (loop: Loop): Maker => ({ operands, out }) => {
  const [[a, b], before] = agreed(operands);
  const w = walk([a, b]);
  const [x, z, y] = [a.data, b.data, allocate(out, w.shape)];
  if (!before) return () => loop(w, x, z, y);
  return () => {
    before();
    loop(w, x, z, y);
  };
};

// The four operations have loops of their own: a loop that is given a function calls it for each element.

const add: Loop = ({ outer, inner, starts: [ia, ib], steps: [sa, sb] }, a, b, y) => {
  for (let o = 0, k = 0; o < outer; o++)
    for (let i = ia[o], j = ib[o], end = k + inner; k < end; k++, i += sa, j += sb) y[k] = a[i] + b[j];
};

const subtract: Loop = ({ outer, inner, starts: [ia, ib], steps: [sa, sb] }, a, b, y) => {
  for (let o = 0, k = 0; o < outer; o++)
    for (let i = ia[o], j = ib[o], end = k + inner; k < end; k++, i += sa, j += sb) y[k] = a[i] - b[j];
};

const multiply: Loop = ({ outer, inner, starts: [ia, ib], steps: [sa, sb] }, a, b, y) => {
  for (let o = 0, k = 0; o < outer; o++)
    for (let i = ia[o], j = ib[o], end = k + inner; k < end; k++, i += sa, j += sb) y[k] = a[i] * b[j];
};

const divide: Loop = ({ outer, inner, starts: [ia, ib], steps: [sa, sb] }, a, b, y) => {
  for (let o = 0, k = 0; o < outer; o++)
    for (let i = ia[o], j = ib[o], end = k + inner; k < end; k++, i += sa, j += sb) y[k] = a[i] / b[j];
};

const power: Loop = (w, a, b, y) => {
  const { outer, inner, starts: [ia, ib], steps: [sa, sb] } = w;
  if (outer === 1 && sb === 0 && b[ib[0]] === 2) multiply({ ...w, starts: [ia, ia], steps: [sa, sa] }, a, a, y);
  else
    for (let o = 0, k = 0; o < outer; o++)
      for (let i = ia[o], j = ib[o], end = k + inner; k < end; k++, i += sa, j += sb) y[k] = raised(a[i], b[j]);
};

/** As C has it: 1 to the power of anything is 1. */
const raised = (x: number, n: number): number => (x === 1 || (x === -1 && Math.abs(n) === Infinity) ? 1 : x ** n);

export const by = (f: (a: number, b: number) => number): Maker =>
  binary(({ outer, inner, starts: [ia, ib], steps: [sa, sb] }, a, b, y) => {
    for (let o = 0, k = 0; o < outer; o++)
      for (let i = ia[o], j = ib[o], end = k + inner; k < end; k++, i += sa, j += sb) y[k] = f(a[i], b[j]);
  });

export const on = (f: (x: number) => number): Maker =>
  unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = f(x[i]);
  });

const where: Maker = ({ operands, out }) => {
  const [choices, before] = agreed(operands.slice(1));
  const { shape, outer, inner, starts: [ic, ia, ib], steps: [sc, sa, sb] } = walk([operands[0], ...choices]);
  const [c, a, b, y] = [operands[0].data, choices[0].data, choices[1].data, allocate(out, shape)];
  return () => {
    before?.();
    for (let o = 0, k = 0; o < outer; o++)
      for (let h = ic[o], i = ia[o], j = ib[o], end = k + inner; k < end; k++, h += sc, i += sa, j += sb) y[k] = c[h] ? a[i] : b[j];
  };
};

export const number = (is: boolean): number => (is ? 1 : 0);

/** Of a cast to whole numbers the fraction is cut off. */
const cast: Maker = (given) => on(/int/.test(given.out.dtype) ? Math.trunc : (x) => x)(given);

export const ELEMENTWISE: Record<string, Maker> = {
  add: binary(add),
  subtract: binary(subtract),
  multiply: binary(multiply),
  divide: binary(divide),
  power: binary(power),
  negative: unary((x, y) => {
    for (let i = 0; i < y.length; i++) y[i] = -x[i];
  }),
  absolute: on(Math.abs),
  cast,
  where,
  maximum: by(Math.max),
  minimum: by(Math.min),
  greater: by((a, b) => number(a > b)),
  greater_equal: by((a, b) => number(a >= b)),
  less: by((a, b) => number(a < b)),
  less_equal: by((a, b) => number(a <= b)),
  equal: by((a, b) => number(a === b)),
  not_equal: by((a, b) => number(a !== b)),
  exp: on(Math.exp),
  log: on(Math.log),
  sqrt: on(Math.sqrt),
  log1p: on(Math.log1p),
  expm1: on(Math.expm1),
  sin: on(Math.sin),
  cos: on(Math.cos),
  tanh: on(Math.tanh),
  arctan: on(Math.atan),
  sign: on(Math.sign),
  floor: on(Math.floor),
  ceil: on(Math.ceil),
};
