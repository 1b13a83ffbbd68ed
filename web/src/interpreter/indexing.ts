// Reading and writing by index. An index is turned into places in memory, once for all runs, or again when the arrays
// in it have changed.

import type { ParamList } from "../document/types";
import { allocate, broadcast, placesOf, sizeOf, spread, stridesOf, sums, type NDArray } from "./array";
import { axisOf, type Kernel, type Maker } from "./kernel";
import { gather } from "./shapes";

/** What an index reads: the result's shape, and where in memory its entries are. */
interface Places {
  shape: number[];
  at: Int32Array;
}

/** An index along one axis: places by itself, or together with the other arrays of the index. */
interface Axis {
  lists: number[];
  array?: { data: ArrayLike<number>; shape: number[] };
}

/** What an index with these arrays reads of an array of that shape (NumPy's rules for basic and advanced indexing). */
export function places(template: ParamList, shape: number[], arrays: NDArray[]): Places {
  const parts = template as [string, ...(number | null)[]][];
  const taken = parts.reduce((sum, [kind, k]) => sum + ({ int: 1, slice: 1 }[kind] ?? (kind === "array" ? axesOf(arrays[k!]) : 0)), 0);
  const rest = new Array(shape.length - taken).fill(["slice", null, null, null]) as typeof parts;
  const ellipsis = parts.findIndex(([kind]) => kind === "ellipsis");
  const all = ellipsis < 0 ? [...parts, ...rest] : [...parts.slice(0, ellipsis), ...rest, ...parts.slice(ellipsis + 1)];
  const advanced = all.some(([kind]) => kind === "array");

  const strides = stridesOf(shape);
  const axes: Axis[] = [];
  let axis = 0;
  for (const [kind, ...about] of all) {
    if (kind === "new") axes.push({ lists: [0] });
    else if (kind === "slice") {
      const [n, stride] = [shape[axis], strides[axis++]];
      axes.push({ lists: sliced(n, about).map((i) => i * stride) });
    } else {
      const given = kind === "int" ? [{ data: [about[0]!], shape: [] as number[] }] : whole(arrays[about[0]!]);
      for (const { data, shape: form } of given) {
        const [n, stride] = [shape[axis], strides[axis++]];
        axes.push({ lists: [], array: { data: Array.from(data, (i) => within(i, n) * stride), shape: form } });
      }
    }
  }
  if (!advanced) {
    // Whole numbers take their axis away.
    const start = axes.reduce((sum, one) => sum + (one.array?.data[0] ?? 0), 0);
    const kept = axes.filter((one) => !one.array).map((one) => one.lists);
    return { shape: kept.map((list) => list.length), at: sums(kept, start) };
  }
  return together(axes);
}

/** Arrays in an index are read together; what they read stands where they stood, or in front if they were apart. */
function together(axes: Axis[]): Places {
  const with_arrays = axes.flatMap((one, k) => (one.array ? [k] : []));
  const [first, last] = [with_arrays[0], with_arrays.at(-1)!];
  const place = last - first + 1 === with_arrays.length ? first : 0;
  const shape = broadcast(...with_arrays.map((k) => axes[k].array!.shape));
  const read = new Int32Array(sizeOf(shape));
  for (const k of with_arrays) {
    const { data, shape: form } = axes[k].array!;
    placesOf(shape, spread(form, shape.length)).forEach((from, i) => (read[i] += data[from]));
  }
  const before = axes.slice(0, place).map((one) => one.lists);
  const after = axes.slice(place).flatMap((one) => (one.array ? [] : [one.lists]));
  return { shape: [...before.map((l) => l.length), ...shape, ...after.map((l) => l.length)], at: sums([...before, read, ...after]) };
}

/** How many axes an array in an index reads: a mask as many as it has itself. */
const axesOf = (array: NDArray): number => (array.dtype === "bool" ? array.shape.length : 1);

/** An array of an index as whole numbers: a mask is where it holds. */
function whole(array: NDArray): { data: ArrayLike<number>; shape: number[] }[] {
  return array.dtype === "bool" ? where(array).map((data) => ({ data, shape: [data.length] })) : [array];
}

/** Where entries are not 0: the places along each axis. */
export function where(x: NDArray): number[][] {
  const found: number[][] = x.shape.map(() => []);
  x.data.forEach((value, i) => {
    if (value === 0) return;
    for (let axis = x.shape.length - 1, left = i; axis >= 0; axis--) {
      found[axis].push(left % x.shape[axis]);
      left = Math.floor(left / x.shape[axis]);
    }
  });
  return found;
}

/** A place along an axis of length n; from the end, if it is negative. */
function within(i: number, n: number): number {
  if (!(i >= -n && i < n)) throw new Error(`the index ${i} is outside of an axis of length ${n}`);
  return i < 0 ? i + n : i;
}

function sliced(n: number, [start, stop, step]: (number | null)[]): number[] {
  const by = step ?? 1;
  const clip = (i: number, low: number, high: number): number => Math.max(low, Math.min(high, i < 0 ? i + n : i));
  const [low, high] = by > 0 ? [0, n] : [-1, n - 1];
  const from = start === null ? (by > 0 ? low : high) : clip(start, low, high);
  const to = stop === null ? (by > 0 ? high : low) : clip(stop, low, high);
  const found: number[] = [];
  for (let i = from; by > 0 ? i < to : i > to; i += by) found.push(i);
  return found;
}

/** Asks whether arrays are still what they were when it was last asked. */
function unchanged(arrays: NDArray[]): () => boolean {
  const seen = arrays.map((x) => x.data.slice());
  return () => {
    let same = true;
    arrays.forEach(({ data }, k) => {
      const before = seen[k];
      for (let i = 0; i < before.length; i++)
        if (before[i] !== data[i]) {
          before[i] = data[i];
          same = false;
        }
    });
    return same;
  };
}

/** A kernel for places that may change with the arrays of an index. */
function placed(template: ParamList, shape: number[], arrays: NDArray[], make: (read: Places) => Kernel): Kernel {
  let kernel = make(places(template, shape, arrays));
  if (!arrays.length) return kernel;
  const same = unchanged(arrays);
  return () => {
    if (!same()) kernel = make(places(template, shape, arrays));
    kernel();
  };
}

const templateOf = (params: { template?: unknown }): ParamList => params.template as ParamList;

const getitem: Maker = ({ operands: [x, ...arrays], params, out }) =>
  placed(templateOf(params), x.shape, arrays, ({ shape, at }) => gather(x, out, shape, at));

/** Makes an output of the shape of one operand, and puts another operand's entries at the places. */
const write =
  (fresh: boolean, add: boolean): Maker =>
  ({ operands, params, out }) => {
    const [x, v] = fresh ? [operands[1], operands[0]] : operands;
    const y = allocate(out, x.shape);
    return placed(templateOf(params), x.shape, operands.slice(2), ({ shape, at }) => {
      const from = placesOf(shape, spread(v.shape, shape.length));
      return () => {
        if (fresh) y.fill(0);
        else y.set(x.data);
        if (add) for (let i = 0; i < at.length; i++) y[at[i]] += v.data[from[i]];
        else for (let i = 0; i < at.length; i++) y[at[i]] = v.data[from[i]];
      };
    });
  };

/** Of a write by index: which entries are not written over by later ones of the same write. */
const survives: Maker = ({ operands: [x, ...arrays], params, out }) =>
  placed(templateOf(params), x.shape, arrays, ({ shape, at }) => {
    const y = allocate(out, shape);
    const last = new Map<number, number>();
    at.forEach((place, i) => last.set(place, i));
    return () => {
      for (let i = 0; i < at.length; i++) y[i] = last.get(at[i]) === i ? 1 : 0;
    };
  });

/** Along an axis: where the rows of the array lie that an array of places reads from, and which place each reads. */
function rows(x: NDArray, i: NDArray, axis: number): { shape: number[]; base: Int32Array; which: Int32Array; stride: number } {
  const others = x.shape.map((n, k) => (k === axis ? 1 : n));
  const shape = broadcast(others, i.shape);
  const stride = stridesOf(x.shape);
  const base = placesOf(shape, stride.map((s, k) => (k === axis ? 0 : s)));
  return { shape, base, which: placesOf(shape, stridesOf(i.shape)), stride: stride[axis] };
}

const takeAlongAxis: Maker = ({ operands: [x, i], params, out }) => {
  const axis = axisOf(params.axis, x.shape.length);
  const { shape, base, which, stride } = rows(x, i, axis);
  const [from, at, y] = [x.data, i.data, allocate(out, shape)];
  return () => {
    for (let k = 0; k < y.length; k++) y[k] = from[base[k] + within(at[which[k]], x.shape[axis]) * stride];
  };
};

const addAlongAxis: Maker = ({ operands: [g, x, i], params, out }) => {
  const axis = axisOf(params.axis, x.shape.length);
  const { shape, base, which, stride } = rows(x, i, axis);
  const source = placesOf(shape, spread(g.shape, shape.length));
  const [from, at, y] = [g.data, i.data, allocate(out, x.shape)];
  return () => {
    y.fill(0);
    for (let k = 0; k < base.length; k++) y[base[k] + within(at[which[k]], x.shape[axis]) * stride] += from[source[k]];
  };
};

export const INDEXING: Record<string, Maker> = {
  getitem,
  setitem: write(false, false),
  add_at: write(false, true),
  scatter: write(true, true),
  survives,
  take_along_axis: takeAlongAxis,
  add_along_axis: addAlongAxis,
};
