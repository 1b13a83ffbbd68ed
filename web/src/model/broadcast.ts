// A gradient may be kept smaller than its variable, where its entries are all the same along an axis.

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
