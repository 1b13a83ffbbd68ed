// Sums, products, extremes: of all entries, or along axes.

import { allocate, placesOf, sizeOf, stridesOf, type NDArray } from "./array";
import { axisOf, listOf, type Kernel, type Maker } from "./kernel";

/** An array as `outer` stacks of `n` layers with `inner` entries each. */
export interface Layers {
  outer: number;
  n: number;
  inner: number;
}

/** How an array lies around one of its axes, or around several that are neighbours. */
export function around(shape: number[], first: number, last = first): Layers {
  return { outer: sizeOf(shape.slice(0, first)), n: sizeOf(shape.slice(first, last + 1)), inner: sizeOf(shape.slice(last + 1)) };
}

export type Fill = (x: Float64Array, y: Float64Array, layers: Layers) => void;

/** Neighbouring axes are reduced where they lie; others are brought together first. */
const reduce = (fill: Fill): Maker => ({ operands: [x], params, out }) => {
  const length = x.shape.length;
  const every = x.shape.map((_, axis) => axis);
  const axes = params.axis === null ? every : listOf(params.axis).map((axis) => axisOf(axis, length));
  const gone = new Set(axes);
  const y = allocate(out, x.shape.map((n, axis) => (gone.has(axis) ? 1 : n)).filter((_, axis) => params.keepdims || !gone.has(axis)));
  const [first, last] = [Math.min(...axes), Math.max(...axes)];
  if (!axes.length) return () => fill(x.data, y, { outer: y.length, n: 1, inner: 1 });
  if (last - first + 1 === gone.size) {
    const layers = around(x.shape, first, last);
    return () => fill(x.data, y, layers);
  }
  const order = [...every.filter((axis) => !gone.has(axis)), ...every.filter((axis) => gone.has(axis))];
  const [gathered, gather] = transposed(x, order);
  const layers = around(gathered.shape, length - gone.size, length - 1);
  return () => {
    gather();
    fill(gathered.data, y, layers);
  };
};

/** A copy with the axes in another order, and what fills it. */
export function transposed(x: NDArray, order: number[]): [NDArray, Kernel] {
  const strides = stridesOf(x.shape);
  const copy: NDArray = { ...x };
  const y = allocate(copy, order.map((axis) => x.shape[axis]));
  const at = placesOf(copy.shape, order.map((axis) => strides[axis]));
  const from = x.data;
  return [
    copy,
    () => {
      for (let i = 0; i < y.length; i++) y[i] = from[at[i]];
    },
  ];
}

/** The sum of n numbers in pairs of halves, as NumPy adds, so that rounding errors grow with log n only. */
export function pairwise(x: Float64Array, start: number, n: number): number {
  if (n > 128) {
    const half = (n >> 1) & ~7;
    return pairwise(x, start, half) + pairwise(x, start + half, n - half);
  }
  const end = start + n;
  let total = 0;
  let i = start;
  if (n >= 8) {
    let [a, b, c, d] = [x[i], x[i + 1], x[i + 2], x[i + 3]];
    let [e, f, g, h] = [x[i + 4], x[i + 5], x[i + 6], x[i + 7]];
    for (i += 8; i + 8 <= end; i += 8) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
      e += x[i + 4];
      f += x[i + 5];
      g += x[i + 6];
      h += x[i + 7];
    }
    total = a + b + (c + d) + (e + f + (g + h));
  }
  for (; i < end; i++) total += x[i];
  return total;
}

const sum: Fill = (x, y, { outer, n, inner }) => {
  if (inner === 1) for (let o = 0; o < outer; o++) y[o] = pairwise(x, o * n, n);
  else {
    y.fill(0);
    for (let o = 0, i = 0; o < outer; o++)
      for (let k = 0; k < n; k++) for (let at = o * inner, end = at + inner; at < end; at++) y[at] += x[i++];
  }
};

const fold = (f: (so_far: number, x: number) => number, first?: number): Fill => (x, y, { outer, n, inner }) => {
  if (!n && first === undefined && y.length) throw new Error("no entries: there is no largest or smallest one");
  for (let o = 0; o < outer; o++)
    for (let k = 0; k < inner; k++) {
      const start = o * n * inner + k;
      let found = first ?? x[start];
      for (let i = 0, at = start; i < n; i++, at += inner) found = f(found, x[at]);
      y[o * inner + k] = found;
    }
};

/** The place of the first entry that none is beyond; nan is beyond all. */
const place = (beyond: (x: number, found: number) => boolean): Fill => (x, y, { outer, n, inner }) => {
  for (let o = 0; o < outer; o++)
    for (let k = 0; k < inner; k++) {
      const start = o * n * inner + k;
      let found = 0;
      let best = x[start];
      for (let i = 1, at = start + inner; i < n; i++, at += inner)
        if (beyond(x[at], best) || (x[at] !== x[at] && best === best)) {
          found = i;
          best = x[at];
        }
      y[o * inner + k] = found;
    }
};

export const REDUCTIONS: Record<string, Maker> = {
  sum: reduce(sum),
  prod: reduce(fold((a, b) => a * b, 1)),
  max: reduce(fold(Math.max)),
  min: reduce(fold(Math.min)),
  argmax: reduce(place((x, found) => x > found)),
  argmin: reduce(place((x, found) => x < found)),
};
