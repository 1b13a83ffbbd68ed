// Axes: from numbers to places in a drawing and back, ticks, and which stretch of numbers is worth showing.

import { number } from "./format";

export type Stretch = [from: number, to: number];

/** Numbers along an axis, and the pixels that they are drawn at. */
export interface Scale {
  domain: Stretch;
  range: Stretch;
  /** The pixel of a number; never so far away that a drawing could not hold it. */
  at(value: number): number;
  /** The number at a pixel, within the domain. */
  from(pixel: number): number;
}

export function scale(domain: Stretch, range: Stretch): Scale {
  const factor = (range[1] - range[0]) / (domain[1] - domain[0]);
  return {
    domain,
    range,
    at: (value) => Math.max(-1e5, Math.min(1e5, range[0] + (value - domain[0]) * factor)),
    from: (pixel) => Math.max(domain[0], Math.min(domain[1], domain[0] + (pixel - range[0]) / factor)),
  };
}

export interface Tick {
  at: number;
  text: string;
}

/** About so many ticks at round numbers, written with the digits that their step needs. */
export function ticksOf([from, to]: Stretch, count: number): Tick[] {
  const step = roundDown(((to - from) / count) * 1.4);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const plain = Math.max(Math.abs(from), Math.abs(to)) < 1e5 && decimals < 5;
  const found: Tick[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i <= to / step + 1e-9; i++) {
    const at = clean(i * step);
    found.push({ at, text: plain ? at.toFixed(decimals).replace("-", "−") : number(at, 6) });
  }
  return found;
}

/** The largest of 1, 2, 5 times a power of ten that is not above it. */
export function roundDown(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size) + 1e-9);
  const lead = size / power + 1e-9;
  return clean(power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1));
}

/** The multiple of a step that is nearest. */
export function snap(value: number, step: number): number {
  return clean(Math.round(value / step) * step);
}

/** So many small steps on from a number; infinitely many lead to an end of the stretch. */
export function stepped([from, to]: Stretch, value: number, by: number): number {
  const step = roundDown((to - from) / 100);
  return by === Infinity ? to : by === -Infinity ? from : snap(clean(value + by * step), step / 10);
}

/** Without the last digits that binary fractions leave: 0.3, not 0.30000000000000004. */
export function clean(value: number): number {
  return Number(value.toPrecision(12));
}

/** A stretch around a number that is as wide as the numbers beside it are large; it reaches 0 where that is near. */
export function around(value: number, beside: ArrayLike<number> = [value]): Stretch {
  const middle = Number.isFinite(value) ? value : 0;
  const size = Array.from(beside, Math.abs).filter(Number.isFinite).reduce((a, b) => Math.max(a, b), Math.abs(middle));
  const half = size > 1e-3 ? Math.max(2 * roundDown(size), size < 0.1 ? 0 : 2) : 2;
  const step = roundDown(half / 4);
  return [clean(Math.floor((middle - half) / step) * step), clean(Math.ceil((middle + half) / step) * step)];
}

/** A stretch so many times as wide, around a number. */
export function zoomed([from, to]: Stretch, around: number, factor: number): Stretch {
  const wide = (to - from) * factor;
  if (!(wide > 1e-9 * Math.max(1, Math.abs(around)) && wide < 1e12)) return [from, to];
  const step = roundDown(wide / 40);
  // The point comes no nearer to an edge than a quarter of the picture.
  const share = Math.min(0.75, Math.max(0.25, (around - from) / (to - from) || 0.5));
  const left = snap(around - share * wide, step);
  return [left, clean(left + snap(wide, step))];
}

/** A stretch moved so that it holds the number; the same one, if it does. */
export function holding(stretch: Stretch, value: number): Stretch {
  const [from, to] = stretch;
  if (!Number.isFinite(value) || (value >= from && value <= to)) return stretch;
  const space = 0.1 * (to - from);
  const shift = snap(value < from ? value - space - from : value + space - to, roundDown(space / 4));
  return [clean(from + shift), clean(to + shift)];
}

/** The heights to show: of all values, but for the few that run away to a pole; these numbers are always among them. */
export function heights(values: number[], always: number[]): Stretch {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const kept = always.filter(Number.isFinite);
  if (!sorted.length) sorted.push(...(kept.length ? kept : [0]));
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const middle = at(0.92) - at(0.08);
  let low = Math.min(Math.max(sorted[0], at(0.08) - 1.5 * middle), ...kept);
  let high = Math.max(Math.min(sorted[sorted.length - 1], at(0.92) + 1.5 * middle), ...kept);
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (!(high - low > 1e-11 * size)) {
    const half = size > 100 ? size / 10 : 1; // it is constant
    return [low - half, high + half];
  }
  if (low > 0 && low < (high - low) * 0.4) low = 0;
  if (high < 0 && -high < (high - low) * 0.4) high = 0;
  const space = (high - low) * 0.07;
  return [low - space, high + space];
}
