// A function of two numbers as a map: heights on a grid, lines of equal height, arrows that say where it rises.

import type { Place } from "./curve";
import { line, mark, path, text, type Axes } from "./drawing";
import { number } from "./format";
import { clean, roundDown, snap, ticksOf, type Stretch } from "./scale";

export interface Grid {
  /** So many places along each side. */
  n: number;
  /** Row by row, the lowest first. */
  values: Float64Array;
}

/** Milliseconds that one grid may take; a slow function gets a coarser one. */
const PATIENCE = 90;

export function grid(f: (x: number, y: number) => number, across: Stretch, up: Stretch, patience = PATIENCE): Grid {
  const began = performance.now();
  for (let i = 0; i < 8; i++) f(across[0] + (i / 8) * (across[1] - across[0]), up[0]);
  const n = Math.max(17, Math.min(61, Math.floor(Math.sqrt((8 * patience) / Math.max(1e-3, performance.now() - began)))));
  const at = ([from, to]: Stretch, i: number) => from + ((to - from) * i) / (n - 1);
  return { n, values: Float64Array.from({ length: n * n }, (_, k) => f(at(across, k % n), at(up, Math.floor(k / n)))) };
}

/** The heights at which lines are drawn: even steps, or where those would leave most of the map empty, such that each band covers as much of it. */
export function levelsOf(values: ArrayLike<number>): number[] {
  const sorted = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return [];
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [sorted[0], at(1)];
  if (!(high - low > 1e-10 * Math.max(Math.abs(low), Math.abs(high)))) return [];
  // Numbers with just the digits that tell them apart: finer where it is near its lowest or its highest.
  const round = (x: number) => snap(x, roundDown(Math.min(x - low, high - x) / 2));
  const even = Math.abs((at(0.5) - low) / (high - low) - 0.5) < 0.3;
  const found = even ? ticksOf([low, high], 10).map((tick) => tick.at) : Array.from({ length: 11 }, (_, k) => round(at(((k + 1) / 12) ** 1.5)));
  return [...new Set(found)].filter((level) => level > low && level < high);
}

/** For each pattern of corners (top left 8, top right 4, bottom right 2, bottom left 1) that are above: from which side to which the line runs. 0 is the top, then clockwise. */
const CASES = " 32 21 31 10 3210 20 30 03 02 0321 01 13 12 23 ".split(" ");

/** Closed rings around all that is at least so high, in steps of the grid; along the edge where it reaches the edge. What is nan counts as low. */
export function rings({ n, values }: Grid, level: number): Place[][] {
  const value = (i: number, j: number) => (i >= 0 && j >= 0 && i < n && j < n ? values[j * n + i] : NaN);
  const high = (i: number, j: number) => value(i, j) >= level;
  // The side between two neighbours, by number; and the place on it that is just so high.
  const key = (i: number, j: number, down: number) => ((j + 1) * (n + 2) + i + 1) * 2 + down;
  const place = (side: number): Place => {
    const down = side % 2;
    const k = (side - down) / 2;
    const [i, j] = [(k % (n + 2)) - 1, Math.floor(k / (n + 2)) - 1];
    const [u, v] = [value(i, j), value(i + 1 - down, j + down)];
    const between = (level - u) / (v - u);
    const share = between >= 0 ? between : u >= level ? 0 : 1;
    return down ? [i, j + share] : [i + share, j];
  };
  const next = new Map<number, number>();
  for (let j = -1; j < n; j++)
    for (let i = -1; i < n; i++) {
      const pattern = (high(i, j) ? 8 : 0) + (high(i + 1, j) ? 4 : 0) + (high(i + 1, j + 1) ? 2 : 0) + (high(i, j + 1) ? 1 : 0);
      const sides = [key(i, j, 0), key(i + 1, j, 1), key(i, j + 1, 0), key(i, j, 1)];
      for (let c = 0; c < CASES[pattern].length; c += 2) next.set(sides[+CASES[pattern][c]], sides[+CASES[pattern][c + 1]]);
    }
  const found: Place[][] = [];
  for (const start of next.keys()) {
    const ring: Place[] = [];
    for (let side: number | undefined = start; side !== undefined; ) {
      const to: number | undefined = next.get(side);
      if (to !== undefined) ring.push(place(side));
      next.delete(side);
      side = to;
    }
    if (ring.length) found.push(ring);
  }
  return found;
}

/** The map: bands with lines of equal height at their edges, what those say, places without a value. */
export function terrain(map: Grid, { left, right, top, bottom }: Axes): string {
  const { n, values } = map;
  // A line that runs along the edge of the map is put out of sight.
  const edge = (i: number) => (i ? (i < n - 1 ? i : i + 0.3) : -0.3);
  const [wide, tall] = [(right - left) / (n - 1), (bottom - top) / (n - 1)];
  const pixel = ([i, j]: Place): Place => [left + wide * edge(i), bottom - tall * edge(j)];
  const taken: Place[] = [];
  let labels = "";
  const bands = levelsOf(values).map((level) => {
    const places = rings(map, level).map((ring) => ring.map(pixel));
    // Its height is written where there is most room.
    let best: Place | undefined;
    let most = 26;
    for (const p of places.flat()) {
      const room = Math.min(...taken.map((t) => Math.hypot((t[0] - p[0]) / 1.6, t[1] - p[1])), p[0] - left, right - p[0], (p[1] - top) * 2, (bottom - p[1]) * 2);
      if (room > most) [best, most] = [p, room];
    }
    if (best) labels += text("height", best[0], best[1] + 4, number(level));
    if (best) taken.push(best);
    return path("level", places, { "data-level": level });
  });
  const none = rings({ n, values: values.map((value) => (Number.isFinite(value) ? 0 : 1)) }, 0.5);
  return bands.join("") + (none.length ? path("none", none.map((ring) => ring.map(pixel))) : "") + labels;
}

/** How far an arrow reaches for a slope of 1, in the numbers of the axes: so far that the gradient is a good quarter of the picture. */
export function reach({ h, v, left, right, top, bottom }: Axes, [gx, gy]: Place): number {
  const long = Math.hypot((gx * (right - left)) / (h.domain[1] - h.domain[0]), (gy * (bottom - top)) / (v.domain[1] - v.domain[0]));
  return long > 0 && long < Infinity ? (0.24 * (bottom - top)) / long : 0;
}

/** The partial slopes along the axes, the gradient that they make, and the way down. */
export function arrows(axes: Axes, [x, y]: Place, [gx, gy]: Place, names: string[]): string {
  const { h, v, left, right, top, bottom } = axes;
  const s = reach(axes, [gx, gy]);
  if (!s) return "";
  const [px, py, tx, ty, dx, dy] = [h.at(x), v.at(y), h.at(x + s * gx), v.at(y + s * gy), h.at(x - s * gx), v.at(y - s * gy)];
  const arrow = (role: string, share: [number, number]): string => {
    const to: Place = [x + share[0] * s * gx, y + share[1] * s * gy];
    const [ax, ay] = [h.at(to[0]), v.at(to[1])];
    if (Math.hypot(ax - px, ay - py) < 3) return "";
    return line(role, axes, [[x, y], to]) + mark("path", { class: `${role} head`, transform: `translate(${ax},${ay})rotate(${Math.atan2(ay - py, ax - px) * (180 / Math.PI)})`, d: "M1,0L-9,4.5V-4.5Z" });
  };
  /** What an arrow says, inside the picture. */
  const say = (kind: string, x: number, y: number, said: string): string => {
    const half = 3.6 * said.length;
    return text(kind, Math.max(left + half, Math.min(right - half, x)), Math.max(top + 14, Math.min(bottom - 6, y)) + 4, said);
  };
  // The slopes along the axes are written on the side where the gradient is not.
  const [side, up] = [Math.sign(tx - px), ty > py ? 1 : -1];
  return (
    path("guide", [[[tx, py], [tx, ty], [px, ty]]], {}, "") +
    arrow("partial", [1, 0]) +
    arrow("partial", [0, 1]) +
    arrow("descent", [-1, -1]) +
    arrow("gradient", [1, 1]) +
    (Math.abs(tx - px) < 3 ? "" : say("leg", (px + tx) / 2, py - 11 * up, names[0])) +
    (Math.abs(ty - py) < 3 ? "" : say("leg", px - (side || -1) * (8 + 3.6 * names[1].length), (py + ty) / 2, names[1])) +
    say("leg", tx + side * 12, ty + 12 * up, "gradient") +
    say("leg away", dx, dy - 12 * up, "downhill")
  );
}

/** Two stretches made equally wide, where they nearly are: then the map is true to scale. */
export function evened(a: Stretch, b: Stretch): [Stretch, Stretch] {
  const sizes = [a[1] - a[0], b[1] - b[0]];
  const most = Math.max(...sizes);
  if (most > 4 * Math.min(...sizes)) return [a, b];
  return [a, b].map(([from, to], i) => [clean(from - (most - sizes[i]) / 2), clean(to + (most - sizes[i]) / 2)]) as [Stretch, Stretch];
}
