// A curve: a function re-run at many numbers, finely where it bends, broken where it has no value or jumps.

import type { Stretch } from "./scale";
import { heights } from "./scale";

export type Place = [x: number, y: number];

export interface Curve {
  domain: Stretch;
  heights: Stretch;
  /** Stretches of it that hang together. */
  pieces: Place[][];
  /** May it turn more often than it could be followed? Then it is not to be trusted at this width. */
  wild: boolean;
}

/** So many times is a function run for one curve, if it is quick. */
const MOST = 12000;
/** Milliseconds that one curve may take. */
const PATIENCE = 120;

/** Re-runs a function over a stretch. `point`: a place that is on it for certain. */
export function curve(f: (x: number) => number, domain: Stretch, point: Place | null, width: number, patience = PATIENCE): Curve {
  const [from, to] = domain;
  const began = performance.now();
  let left = MOST;
  const run = (x: number): Place => {
    left--;
    if (left % 32 === 0 && performance.now() - began > patience) left = 0;
    return [x, f(x)];
  };
  // Uneven steps: even ones can fall in step with an oscillation and not see it. Fewer, if the function is slow.
  const places: Place[] = [run(from)];
  for (let i = 0; i < 3; i++) f(to);
  const count = Math.max(40, Math.min(180, (2 * patience) / Math.max(1e-3, performance.now() - began)));
  for (let i = 1; i < count; i++) places.push(run(from + ((to - from) * (i + 0.6 * (((i * 0.618034) % 1) - 0.5))) / count));
  places.push(run(to));
  if (point && point[0] > from && point[0] < to) places.push(point);
  places.sort((a, b) => a[0] - b[0]);
  const shown = heights(places.map((p) => p[1]), point ? [point[1]] : []);
  const tall = shown[1] - shown[0];
  const fine = tall / 700;
  const pixel = (to - from) / width;
  let unsure = 0;

  const pieces: Place[][] = [];
  let piece: Place[] = [];
  const add = (place: Place) => {
    if (!Number.isFinite(place[1])) return cut();
    piece.push(place);
  };
  const cut = () => {
    if (piece.length) pieces.push(piece);
    piece = [];
  };
  const outside = (y: number) => (y > shown[1] ? 1 : y < shown[0] ? -1 : 0);
  /** Draws what is between two places, without the first of them. */
  const between = (a: Place, b: Place, depth: number): void => {
    const ends = [a[1], b[1]].filter(Number.isFinite).length;
    if (!ends) return;
    if (left <= 0) {
      unsure++;
      return add(b);
    }
    const middle = run((a[0] + b[0]) / 2);
    const wide = (b[0] - a[0]) / pixel;
    const rise = Math.abs(b[1] - a[1]);
    const off = Math.abs(middle[1] - (a[1] + b[1]) / 2);
    const side = outside(a[1]);
    const same = side && side === outside(b[1]) && side === outside(middle[1]);
    // Steep within a pixel is close enough; a jump is not: it is as far off in the middle as it is high.
    if (off <= fine || (wide < 1 / 3 && (off < tall / 50 || off < 0.2 * rise)) || (same && ends > 1 && depth > 2)) {
      if (off < 10 * tall) piece.push(middle);
      else cut(); // up along a pole and down again, out of sight
      return add(b);
    }
    // At the edge of where it has values, it is looked for more closely.
    if (ends > 1 ? wide > 1 / 24 : depth < 26) {
      between(a, middle, depth + 1);
      return between(middle, b, depth + 1);
    }
    if (!(rise <= tall / 100 && Number.isFinite(middle[1]))) cut(); // a jump, or a pole
    add(b);
  };
  add(places[0]);
  for (let i = 1; i < places.length; i++) between(places[i - 1], places[i], 0);
  cut();
  // What needs so many places turns round in nearly every pixel: the drawing is a mere band.
  return { domain, heights: shown, pieces, wild: unsure > count / 4 || pieces.flat().length > 5000 };
}

/** The stretches in which something does not hold, their ends found by halving. */
export function stretchesWithout(holds: (x: number) => boolean, [from, to]: Stretch): Stretch[] {
  const found: Stretch[] = [];
  const count = 120;
  let [start, held] = [from, holds(from)];
  for (let i = 0; i < count; i++) {
    let [a, b] = [i, i + 1].map((k) => from + ((to - from) * k) / count);
    if (holds(b) === held) continue;
    for (let n = 0; n < 24; n++) {
      const middle = (a + b) / 2;
      if (holds(middle) === held) a = middle;
      else b = middle;
    }
    if (!held) found.push([start, b]);
    [start, held] = [a, !held];
  }
  if (!held) found.push([start, to]);
  return found;
}

/** The slopes just left and just right of a place, where they differ for good: a kink. Null where it is smooth. */
export function kink(f: (x: number) => number, x: number, size: number): [left: number, right: number] | null {
  const y = f(x);
  const sides = (h: number): [number, number] => [(y - f(x - h)) / h, (f(x + h) - y) / h];
  const [coarse, close] = [sides(size * 1e-4), sides(size * 1e-5)];
  const [jump, closer] = [coarse[1] - coarse[0], close[1] - close[0]];
  const scale = Math.max(Math.abs(close[0]), Math.abs(close[1]));
  if (![...coarse, ...close].every(Number.isFinite)) return null;
  // What is smooth has slopes that meet ten times as closely when one looks ten times as closely.
  return Math.abs(closer) > 1e-3 * scale && Math.abs(closer / jump - 1) < 0.3 ? close : null;
}

/** All sizes of h for a stretch, small to large: 1, 1.3, 1.6, 2, … in each power of ten, the last four of them. */
export function stepSizes([from, to]: Stretch): number[] {
  const top = Math.floor(10 * Math.log10((to - from) / 2) + 1e-9);
  const low = 10 * Math.floor(top / 10) - 40;
  return Array.from({ length: top - low + 1 }, (_, n) => Number((10 ** ((low + n) / 10)).toPrecision(2)));
}
