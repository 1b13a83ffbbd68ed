// Along an axis, with something carried on from layer to layer.

import { allocate } from "./array";
import { axisOf, type Maker } from "./kernel";
import { around, type Fill } from "./reductions";

const along = (fill: Fill): Maker => ({ operands: [x], params, out }) => {
  const layers = around(x.shape, axisOf(params.axis, x.shape.length));
  const y = allocate(out, x.shape);
  return () => fill(x.data, y, layers);
};

const running = (f: (so_far: number, x: number) => number): Maker =>
  along((x, y, { outer, n, inner }) => {
    for (let o = 0, i = 0; o < outer; o++)
      for (let k = 0; k < n; k++) for (let end = i + inner; i < end; i++) y[i] = k ? f(y[i - inner], x[i]) : x[i];
  });

/** Where the extreme entry so far stands; of equal ones the last. Once nan was met, nothing more is found. */
const runningPlace = (extreme: (a: number, b: number) => number): Maker =>
  along((x, y, { outer, n, inner }) => {
    for (let o = 0; o < outer; o++)
      for (let k = 0; k < inner; k++) {
        let best = x[o * n * inner + k];
        let found = 0;
        for (let i = 0, at = o * n * inner + k; i < n; i++, at += inner) {
          best = extreme(best, x[at]);
          if (x[at] === best) found = i;
          y[at] = found;
        }
      }
  });

/** s[i] = b[i] + x[i] s[i - 1], along the axis. */
const horner: Maker = ({ operands: [b, x], params, out }) => {
  const { outer, n, inner } = around(b.shape, axisOf(params.axis, b.shape.length));
  const [c, f, y] = [b.data, x.data, allocate(out, b.shape)];
  return () => {
    for (let o = 0, i = 0; o < outer; o++)
      for (let k = 0; k < n; k++) for (let end = i + inner; i < end; i++) y[i] = k ? c[i] + f[i] * y[i - inner] : c[i];
  };
};

/** Not in every page: see more.ts. */
export const CUMULATIVE: Record<string, Maker> = {
  cumsum: running((a, b) => a + b),
  cumprod: running((a, b) => a * b),
  place_of_running_maximum: runningPlace(Math.max),
  place_of_running_minimum: runningPlace(Math.min),
  horner,
};
