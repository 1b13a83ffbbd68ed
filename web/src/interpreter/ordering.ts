// Sorting, searching and counting. Some shapes depend on values.

import { allocate, type NDArray } from "./array";
import { where } from "./indexing";
import { axisOf, type Kernel, type Maker } from "./kernel";
import { around } from "./reductions";

/** Is a number before another in order? nan is behind all. */
const before = (a: number, b: number): boolean => a < b || (b !== b && a === a);

/** The places of the entries in order; equal ones stay in theirs. A partition may be in order altogether. */
const argsort: Maker = ({ operands: [x], params, out }) => {
  const { outer, n, inner } = around(x.shape, axisOf(params.axis, x.shape.length));
  const y = allocate(out, x.shape);
  const row = new Float64Array(n);
  const order = new Int32Array(n);
  const compare = (i: number, j: number): number => (before(row[i], row[j]) ? -1 : before(row[j], row[i]) ? 1 : i - j);
  return () => {
    for (let o = 0; o < outer; o++)
      for (let k = 0; k < inner; k++) {
        const start = o * n * inner + k;
        for (let i = 0; i < n; i++) {
          row[i] = x.data[start + i * inner];
          order[i] = i;
        }
        order.sort(compare);
        for (let i = 0; i < n; i++) y[start + i * inner] = order[i];
      }
  };
};

/** Where values belong among sorted ones: before those that are equal, or behind them. */
const searchsorted: Maker = ({ operands: [x, v], params, out }) => {
  const y = allocate(out, v.shape);
  const right = params.side === "right";
  return () => {
    for (let k = 0; k < y.length; k++) {
      let [low, high] = [0, x.data.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (right ? !before(v.data[k], x.data[middle]) : before(x.data[middle], v.data[k])) low = middle + 1;
        else high = middle;
      }
      y[k] = low;
    }
  };
};

/** A kernel whose output is a list that may be longer or shorter in each run. */
const list =
  (find: (operands: NDArray[], params: { k?: unknown; minlength?: unknown }) => ArrayLike<number>): Maker =>
  ({ operands, params, out }): Kernel =>
  () => {
    const found = find(operands, params);
    if (found.length !== out.data.length || out.shape.length !== 1) allocate(out, [found.length]);
    out.data.set(found);
  };

const counted = (i: NDArray, weights: ArrayLike<number> | null, minlength: unknown): Float64Array => {
  const found = new Float64Array(i.data.reduce((most, k) => Math.max(most, k + 1), Number(minlength)));
  i.data.forEach((k, n) => {
    if (k < 0) throw new Error("only whole numbers from 0 on can be counted");
    found[k] += weights ? weights[n] : 1;
  });
  return found;
};

export const ORDERING: Record<string, Maker> = {
  argsort,
  argpartition: argsort,
  searchsorted,
  nonzero: list(([x], { k }) => where(x)[Number(k)]),
  flatnonzero: list(([x]) => where({ ...x, shape: [x.data.length] })[0]),
  counts: list(([i], { minlength }) => counted(i, null, minlength)),
  bincount: list(([i, w], { minlength }) => counted(i, w.data, minlength)),
};
