// A gradient may be kept smaller than its variable, where its entries are all the same along an axis.

import type { Values } from "./session.svelte";

/** The entry of a smaller array that stands for an entry of the larger one that it broadcasts to. */
export function entryIn(small: number[], large: number[], entry: number): number {
  let found = 0;
  let stride = 1;
  for (let axis = large.length - 1, own = small.length - 1; own >= 0; axis--, own--) {
    const at = entry % large[axis];
    entry = Math.floor(entry / large[axis]);
    if (small[own] !== 1) found += at * stride;
    stride *= small[own];
  }
  return found;
}

/** How many numbers an array of this shape has. */
export function sizeOf(shape: number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** An array as large as the shape to which it broadcasts. */
export function broadcast({ data, shape }: Values, to: number[]): Values {
  const size = sizeOf(to);
  return { data: data.length === size ? data : Float64Array.from({ length: size }, (_, entry) => data[entryIn(shape, to, entry)]), shape: to };
}
