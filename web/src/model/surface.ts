// A function of two numbers as a map: heights on a grid, lines of equal height, arrows that say where it rises.

import type { Place } from "./curve";
import { line, mark, text, type Axes } from "./drawing";
import { number } from "./format";
import { clean, roundDown, snap, type Stretch } from "./scale";

export interface Grid {
  across: Stretch;
  up: Stretch;
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
  return { across, up, n, values: Float64Array.from({ length: n * n }, (_, k) => f(at(across, k % n), at(up, Math.floor(k / n)))) };
}

/** The heights at which lines are drawn: even steps, or where those would leave most of the map empty, such that each band covers as much of it. */
export function levelsOf(values: ArrayLike<number>): number[] {
  const sorted = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return [];
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [sorted[0], at(1)];
  if (!(high - low > 1e-10 * Math.max(Math.abs(low), Math.abs(high)))) return [];
  const middle = (at(0.5) - low) / (high - low);
  const even = middle > 0.2 && middle < 0.8;
  const step = roundDown((high - low) / 7);
  // 1, 2, 5, 10, 20 … up from a floor near zero; else numbers with just the digits that tell them apart.
  const round = Math.abs(low) < 0.05 * (high - low) ? (x: number) => (x > 0 ? roundDown(x) : x) : (x: number) => snap(x, roundDown((high - low) / 200));
  const found = even
    ? Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, i) => clean((Math.ceil(low / step) + i) * step))
    : [0.02, 0.05, 0.1, 0.18, 0.26, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95].map((share) => round(at(share)));
  return [...new Set(found)].filter((level) => level > low && level < high);
}

/** For each pattern of corners (top left 8, top right 4, bottom right 2, bottom left 1) that are above: from which side to which the line runs. 0 is the top, then clockwise. */
const CASES = " 32 21 31 10 3210 20 30 03 02 0321 01 13 12 23 ".split(" ");

/** Closed rings around all that is at least so high, in steps of the grid; along the edge where it reaches the edge. What is nan counts as low. */
export function rings({ n, values }: Pick<Grid, "n" | "values">, level: number): Place[][] {
  const high = (i: number, j: number) => i >= 0 && j >= 0 && i < n && j < n && values[j * n + i] >= level;
  // The side between two neighbours, by number; and the place on it that is just so high.
  const key = (i: number, j: number, down: number) => ((j + 1) * (n + 2) + i + 1) * 2 + down;
  const place = (side: number): Place => {
    const down = side % 2;
    const k = (side - down) / 2;
    const [i, j] = [(k % (n + 2)) - 1, Math.floor(k / (n + 2)) - 1];
    const [a, b] = [high(i, j), high(i + 1 - down, j + down)] as const;
    const value = (x: number, y: number) => (x < 0 || y < 0 || x >= n || y >= n ? NaN : values[y * n + x]);
    const [u, v] = [value(i, j), value(i + 1 - down, j + down)];
    const share = Number.isFinite(u) && Number.isFinite(v) ? (level - u) / (v - u) : a && !b ? 0 : 1;
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

/** The map: bands, lines of equal height with what they say, places without a value. */
export function terrain(map: Grid, { h, v, left, right, top, bottom }: Axes): string {
  const { across, up, n, values } = map;
  const pixel = ([i, j]: Place): Place => [h.at(across[0] + ((across[1] - across[0]) * i) / (n - 1)), v.at(up[0] + ((up[1] - up[0]) * j) / (n - 1))];
  const edge = (a: Place, b: Place) => [0, 1].some((axis) => a[axis] === b[axis] && (a[axis] === 0 || a[axis] === n - 1));
  const taken: Place[] = [];
  let bands = "";
  let lines = "";
  let labels = "";
  for (const level of levelsOf(values)) {
    const all = rings(map, level);
    const places = all.map((ring) => ring.map(pixel));
    bands += mark("path", { class: "band", d: places.map((ring) => `M${ring.map((p) => p.map((x) => x.toFixed(1)).join()).join("L")}Z`).join("") });
    const d = all.map((ring, r) => ring.map((p, k) => `${edge(ring[(k || ring.length) - 1], p) || !k ? "M" : "L"}${places[r][k].map((x) => x.toFixed(1)).join()}`).join("") + (edge(ring[ring.length - 1], ring[0]) ? "" : `L${places[r][0].map((x) => x.toFixed(1)).join()}`)).join("");
    lines += mark("path", { class: "level", "data-role": "level", "data-level": level, d });
    // Its height is written where there is most room.
    const room = (p: Place) => Math.min(...taken.map((t) => Math.hypot((t[0] - p[0]) / 1.6, t[1] - p[1])), p[0] - left, right - p[0], (p[1] - top) * 2, (bottom - p[1]) * 2);
    const best = places.flat().reduce<[Place | null, number]>((found, p, k) => (k % 3 || room(p) <= found[1] ? found : [p, room(p)]), [null, 26])[0];
    if (!best) continue;
    taken.push(best);
    labels += text("height", best[0], best[1] + 4, number(level));
  }
  const cell = [(right - left) / (n - 1), (bottom - top) / (n - 1)];
  let none = "";
  values.forEach((value, k) => {
    if (Number.isFinite(value)) return;
    const [x, y] = pixel([k % n, Math.floor(k / n)]);
    none += `M${(x - cell[0] / 2).toFixed(1)},${(y - cell[1] / 2).toFixed(1)}h${cell[0].toFixed(2)}v${cell[1].toFixed(2)}h${(-cell[0]).toFixed(2)}z`;
  });
  return bands + lines + (none && mark("path", { class: "none", "data-role": "none", d: none })) + labels;
}

/** How far an arrow reaches for a slope of 1, in the numbers of the axes: so far that the gradient is a good quarter of the picture. */
export function reach({ h, v, left, right, top, bottom }: Axes, [gx, gy]: Place): number {
  const perX = (right - left) / (h.domain[1] - h.domain[0]);
  const perY = (bottom - top) / (v.domain[1] - v.domain[0]);
  const long = Math.hypot(gx * perX, gy * perY);
  return long > 0 && long < Infinity ? (0.24 * (bottom - top)) / long : 0;
}

/** The partial slopes along the axes, the gradient that they make, and the way down. */
export function arrows(axes: Axes, at: Place, [gx, gy]: Place, names: string[]): string {
  const { h, v, left, right, top, bottom } = axes;
  const s = reach(axes, [gx, gy]);
  if (!s) return "";
  const arrow = (role: string, to: Place): string => {
    const [x, y] = [h.at(to[0]), v.at(to[1])];
    const [dx, dy] = [x - h.at(at[0]), y - v.at(at[1])];
    const size = Math.hypot(dx, dy);
    if (size < 3) return "";
    const [ux, uy] = [dx / size, dy / size];
    const head = `M${x + ux},${y + uy}L${x - 9 * ux - 4.5 * uy},${y - 9 * uy + 4.5 * ux}L${x - 9 * ux + 4.5 * uy},${y - 9 * uy - 4.5 * ux}Z`;
    return line(role, axes, [at, to]) + mark("path", { class: `${role} head`, d: head });
  };
  /** What an arrow says, inside the picture. */
  const say = (kind: string, x: number, y: number, said: string): string => {
    const half = 3.6 * said.length;
    return text(kind, Math.max(left + half, Math.min(right - half, x)), Math.max(top + 14, Math.min(bottom - 6, y)) + 4, said);
  };
  const tip: Place = [at[0] + s * gx, at[1] + s * gy];
  const away: Place = [at[0] - s * gx, at[1] - s * gy];
  const [px, py, tx, ty] = [h.at(at[0]), v.at(at[1]), h.at(tip[0]), v.at(tip[1])];
  // The slopes along the axes are written on the side where the gradient is not.
  return (
    mark("path", { class: "guide", d: `M${tx},${py}V${ty}H${px}` }) +
    arrow("partial", [tip[0], at[1]]) +
    arrow("partial", [at[0], tip[1]]) +
    arrow("descent", away) +
    arrow("gradient", tip) +
    (Math.abs(tx - px) < 3 ? "" : say("leg", (px + tx) / 2, py + (ty > py ? -11 : 11), names[0])) +
    (Math.abs(ty - py) < 3 ? "" : say("leg", px + (tx > px ? -8 : 8) + (tx > px ? -3.6 : 3.6) * names[1].length, (py + ty) / 2, names[1])) +
    say("leg", tx + Math.sign(tx - px) * 12, ty + (ty > py ? 12 : -12), "gradient") +
    say("leg away", h.at(away[0]), v.at(away[1]) + (ty > py ? -12 : 12), "downhill")
  );
}

/** Two stretches made equally wide, where they nearly are: then the map is true to scale. */
export function evened(a: Stretch, b: Stretch): [Stretch, Stretch] {
  const [wide, tall] = [a[1] - a[0], b[1] - b[0]];
  const most = Math.max(wide, tall);
  if (most > 4 * Math.min(wide, tall)) return [a, b];
  const widened = ([from, to]: Stretch): Stretch => [clean(from - (most - (to - from)) / 2), clean(to + (most - (to - from)) / 2)];
  return [widened(a), widened(b)];
}
