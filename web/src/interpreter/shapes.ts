// Primitives that move numbers and compute none.

import { allocate, placesOf, sizeOf, spread, stridesOf, sums, type NDArray } from "./array";
import { axisOf, listOf, type Kernel, type Maker } from "./kernel";
import { around } from "./reductions";

/** Reads the entries at these places. Where they are neighbours the output is a piece of the operand's memory. */
export function gather(x: NDArray, out: NDArray, shape: number[], at: Int32Array): Kernel {
  const start = at.length ? at[0] : 0;
  if (at.every((place, i) => place === start + i)) return same(out, shape, x.data.subarray(start, start + at.length), x.dtype);
  const [from, to] = [x.data, allocate(out, shape)];
  return () => {
    for (let i = 0; i < to.length; i++) to[i] = from[at[i]];
  };
}

/** The output is memory that is there already; of another dtype it is a copy, since it will be rounded. */
function same(out: NDArray, shape: number[], from: Float64Array, dtype: string): Kernel {
  if (out.dtype === dtype) {
    out.shape = shape;
    out.data = from;
    return () => {};
  }
  const to = allocate(out, shape);
  return () => to.set(from);
}

/** The same memory, seen in another shape. */
const reshape: Maker = ({ operands: [x], params, out }) => {
  const shape = listOf(params.newshape);
  const known = shape.reduce((size, n) => (n < 0 ? size : size * n), 1);
  const whole = shape.map((n) => (n < 0 ? x.data.length / (known || 1) : n));
  if (sizeOf(whole) !== x.data.length) throw new Error(`${x.data.length} numbers do not fill the shape (${shape})`);
  return same(out, whole, x.data, x.dtype);
};

const transpose: Maker = ({ operands: [x], params, out }) => {
  const length = x.shape.length;
  const axes = params.axes == null ? x.shape.map((_, axis) => length - 1 - axis) : listOf(params.axes).map((a) => axisOf(a, length));
  const strides = stridesOf(x.shape);
  const shape = axes.map((axis) => x.shape[axis]);
  return gather(x, out, shape, placesOf(shape, axes.map((axis) => strides[axis])));
};

const broadcastTo: Maker = ({ operands: [x], params, out }) => {
  const shape = listOf(params.newshape);
  return gather(x, out, shape, placesOf(shape, spread(x.shape, shape.length)));
};

/** Parts lie one behind the other along an axis of the first `axis` axes' stacks. */
function joined(parts: NDArray[], out: NDArray, shape: number[], outer: number): Kernel {
  const y = allocate(out, shape);
  const row = y.length / (outer || 1);
  return () => {
    let offset = 0;
    for (const { data } of parts) {
      const n = data.length / (outer || 1);
      for (let o = 0; o < outer; o++) for (let i = o * n, at = o * row + offset, end = i + n; i < end; ) y[at++] = data[i++];
      offset += n;
    }
  };
}

const concatenate: Maker = ({ operands: parts, params, out }) => {
  const flat = params.axis === null;
  const axis = flat ? 0 : axisOf(params.axis, parts[0].shape.length);
  if (flat) return joined(parts, out, [parts.reduce((n, x) => n + x.data.length, 0)], 1);
  const shape = [...parts[0].shape];
  shape[axis] = parts.reduce((n, x) => n + x.shape[axis], 0);
  return joined(parts, out, shape, around(shape, axis).outer);
};

const stack: Maker = ({ operands: parts, params, out }) => {
  const axis = axisOf(params.axis, parts[0].shape.length + 1);
  const shape = [...parts[0].shape];
  shape.splice(axis, 0, parts.length);
  return joined(parts, out, shape, around(shape, axis).outer);
};

const roll: Maker = ({ operands: [x], params, out }) => {
  const shape = params.axis === null ? [x.data.length] : x.shape;
  const axes = params.axis === null ? [0] : listOf(params.axis).map((axis) => axisOf(axis, shape.length));
  const shifts = listOf(params.shift);
  const strides = stridesOf(shape);
  const lists = shape.map((n, axis) => {
    const by = axes.reduce((sum, a, k) => (a === axis ? sum + shifts[k % shifts.length] : sum), 0);
    return Array.from({ length: n }, (_, i) => ((((i - by) % n) + n) % n) * strides[axis]);
  });
  return gather(x, out, x.shape, sums(lists));
};

/** Where the entries of all windows lie: windows by their first entry, then the entries of each. */
function windows(x: NDArray, params: { window?: unknown; axis?: unknown }): [number[], Int32Array] {
  const window = listOf(params.window as number[]);
  const axes = params.axis == null ? x.shape.map((_, axis) => axis) : listOf(params.axis as number[]).map((a) => axisOf(a, x.shape.length));
  const strides = stridesOf(x.shape);
  const first = [...x.shape];
  axes.forEach((axis, k) => (first[axis] -= window[k] - 1));
  const shape = [...first, ...window];
  return [shape, placesOf(shape, [...strides, ...axes.map((axis) => strides[axis])])];
}

const slidingWindowView: Maker = ({ operands: [x], params, out }) => gather(x, out, ...windows(x, params));

const addWindows: Maker = ({ operands: [g, x], params, out }) => {
  const [shape, at] = windows(x, params);
  const places = placesOf(shape, spread(g.shape, shape.length));
  const [from, y] = [g.data, allocate(out, x.shape)];
  return () => {
    y.fill(0);
    for (let i = 0; i < at.length; i++) y[at[i]] += from[places[i]];
  };
};

/** Its length depends on values. */
const arange: Maker = ({ operands: [a, b, s], out }) => {
  let y = allocate(out, [0]);
  return () => {
    const [first, step] = [a.data[0], s.data[0]];
    const n = Math.max(0, Math.ceil((b.data[0] - first) / step));
    if (n !== y.length) y = allocate(out, [n]);
    const delta = first + step - first;
    for (let i = 0; i < n; i++) y[i] = first + i * delta;
  };
};

export const SHAPES: Record<string, Maker> = {
  reshape,
  transpose,
  broadcast_to: broadcastTo,
};

/** Not in every page: see more.ts. */
export const JOINING: Record<string, Maker> = {
  concatenate,
  stack,
  roll,
  sliding_window_view: slidingWindowView,
  add_windows: addWindows,
  arange,
};
