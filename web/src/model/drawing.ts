// Parts of a drawing as text, SVG (or HTML): axes, a curve, lines with what they mean. Every mark says its numbers in data attributes.

import type { Curve, Place } from "./curve";
import { number } from "./format";
import { roundDown, scale, ticksOf, type Scale, type Stretch } from "./scale";

type Attributes = Record<string, string | number | boolean | undefined>;

export const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** An element. Pixels are rounded; what tests and readers of the file measure by (data-…) is not. */
export function mark(name: string, attributes: Attributes, content = ""): string {
  const all = Object.entries(attributes).map(([key, value]) => {
    if (value === undefined || value === false) return "";
    return ` ${key}="${typeof value === "number" && !key.startsWith("data") ? +value.toFixed(2) : escaped(String(value))}"`;
  });
  return `<${name}${all.join("")}>${content}</${name}>`;
}

/** Those of the classes that hold. */
export const which = (classes: Record<string, unknown>): string | undefined => Object.keys(classes).filter((name) => classes[name]).join(" ") || undefined;

export const text = (kind: string, x: number, y: number, said: string, anchor = "middle"): string =>
  mark("text", { class: kind, x, y, "text-anchor": anchor }, escaped(said));

/** A straight line from one place to another, in the numbers of the axes. */
export function line(role: string, { h, v }: Axes, [a, b]: [Place, Place], more: Attributes = {}): string {
  return mark("line", {
    class: role,
    "data-role": role,
    "data-x1": a[0],
    "data-y1": a[1],
    "data-x2": b[0],
    "data-y2": b[1],
    x1: h.at(a[0]),
    y1: v.at(a[1]),
    x2: h.at(b[0]),
    y2: v.at(b[1]),
    ...more,
  });
}

export const dot = (role: string, { h, v }: Axes, [x, y]: Place, r: number): string =>
  mark("circle", { class: role, "data-role": role, "data-x": x, "data-y": y, cx: h.at(x), cy: v.at(y), r });

export interface Axes {
  h: Scale;
  v: Scale;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Grid, ticks and names. */
  svg: string;
}

/** Axes in a rectangle of so many pixels; what is drawn to the right is called `across`, upwards `up` (powers: of ten). */
export function axes(width: number, height: number, domain: Stretch, heights: Stretch, across: string, up: string, powers = false): Axes {
  const [top, bottom, right] = [24, height - 36, width - 14];
  const ups = ticksOf(heights, Math.max(2, (bottom - top) / 52)).map(({ at, text }) => ({ at, text: powers ? number(10 ** at, 2) : text }));
  const left = 14 + 7 * Math.max(2, ...ups.map((t) => t.text.length));
  const h = scale(domain, [left, right]);
  const v = scale(heights, [bottom, top]);
  const kind = (at: number) => (at ? "grid" : "zero");
  const svg = [
    ...ticksOf(domain, Math.max(2, (right - left) / 74)).map(({ at, text: said }) => {
      const x = h.at(at);
      return mark("line", { class: kind(at), x1: x, x2: x, y1: top, y2: bottom }) + text("tick", x, bottom + 15, said);
    }),
    ...ups.map(({ at, text: said }) => {
      const y = v.at(at);
      return mark("line", { class: kind(at), x1: left, x2: right, y1: y, y2: y }) + text("tick", left - 7, y + 4, said, "end");
    }),
    mark("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top }),
    text("name", right, height - 5, across, "end"),
    up.length > 3 ? text("name", 4, 13, up, "start") : text("name", left - 7, 13, up, "end"),
  ];
  return { h, v, left, right, top, bottom, svg: svg.join("") };
}

/** The rectangle inside the axes, for what must not reach over them. */
export const clip = (id: string, { left, right, top, bottom }: Axes): string => mark("clipPath", { id }, mark("rect", { x: left, y: top, width: right - left, height: bottom - top }));

/** What is drawn inside the axes, with the scale to read it by. */
export const role = (said: string, { h, v }: Axes, inside: string, id: string): string =>
  mark("g", { "data-role": said, "data-x-domain": h.domain.join(" "), "data-y-domain": v.domain.join(" "), "data-x-range": h.range.join(" "), "data-y-range": v.range.join(" "), "clip-path": `url(#${id})` }, inside);

export interface Plot extends Axes {
  /** Where the point is, in pixels; at the foot of the picture where it has no height. */
  point: Place;
  /** What lies below all else and stays when the point is moved. */
  ground?: string;
}

interface Drawn {
  width: number;
  height: number;
  curve: Curve;
  across: string;
  up: string;
  /** The point; its height is nan where it is not computed yet, or is not a number. */
  point: Place;
  /** The slope that the derivation computed there. */
  slope: number | null;
  /** The other end of a secant. */
  other?: Place;
  /** Stretches in which the code would have done something else. */
  elsewhere?: Stretch[];
  /** Shows the run and the rise of the slope. */
  triangle?: boolean;
  /** Shows how the point is read: up from one axis, then back to the other, or on to the next picture. */
  guide?: "back" | "on";
}

/** A curve with its axes, the tangent at a point, a secant. */
export function plot({ width, height, curve, across, up, point, slope, other, elsewhere = [], triangle, guide }: Drawn, id: string): Plot {
  const frame = axes(width, height, curve.domain, curve.heights, across, up);
  const { h, v, left, right, top, bottom } = frame;
  const seen = Number.isFinite(point[1]);
  const [px, py] = [h.at(point[0]), seen ? v.at(point[1]) : bottom];

  /** A straight line through the whole picture. */
  const through = (at: Place, slope: number): [Place, Place] => {
    if (!Number.isFinite(slope)) return [[at[0], curve.heights[0]], [at[0], curve.heights[1]]];
    return curve.domain.map((a): Place => {
      const b = at[1] + slope * (a - at[0]);
      const within = Math.max(curve.heights[0], Math.min(curve.heights[1], b));
      return b === within ? [a, b] : [at[0] + (within - at[1]) / slope, within];
    }) as [Place, Place];
  };

  let inside = elsewhere.map(([a, b]) => mark("rect", { class: "elsewhere", "data-role": "elsewhere", x: h.at(a), y: top, width: h.at(b) - h.at(a), height: bottom - top })).join("");
  if (guide && seen) inside += mark("path", { class: "guide", d: `M${px},${bottom}V${py}H${guide === "on" ? right : left}` });
  let labels = "";
  const run = triangle && seen && slope && Number.isFinite(slope) ? runOf(frame, point, slope) : 0;
  if (run) {
    const [x, y] = [h.at(point[0] + run), v.at(point[1] + run * slope!)];
    inside += mark("path", { class: "triangle", d: `M${px},${py}H${x}V${y}Z` });
    labels = text("leg", (px + x) / 2, py + (y < py ? 15 : -7), number(Math.abs(run))) + text("leg", x + Math.sign(run) * 6, (py + y) / 2 + 4, number(Math.abs(run) * slope!), run > 0 ? "start" : "end");
  }
  inside += mark("path", { class: "curve", "data-role": "curve", d: curve.pieces.map((piece) => "M" + piece.map(([a, b]) => `${h.at(a).toFixed(1)},${v.at(b).toFixed(1)}`).join("L")).join("") });
  if (seen && other && Number.isFinite(other[1])) {
    const quotient = (other[1] - point[1]) / (other[0] - point[0]);
    inside += line("secant", frame, through(point, quotient), { "data-slope": quotient }) + dot("other", frame, other, 4.5);
  }
  if (seen && slope !== null && !Number.isNaN(slope)) inside += line("tangent", frame, through(point, slope), { "data-slope": slope });
  return { ...frame, svg: frame.svg + clip(id, frame) + role("plot", frame, inside, id) + labels, point: [px, py] };
}

/** The run of a slope triangle: 1 where that can be seen, else a round number; 0 where neither leg can. Negative: to the left. */
function runOf({ h, v, left, right, top, bottom }: Axes, [x, y]: Place, slope: number): number {
  const perX = h.at(h.domain[0] + 1) - left;
  const [wide, tall] = [right - left, bottom - top];
  const perY = tall / (v.domain[1] - v.domain[0]);
  /** How far there is room on one side. */
  const room = (side: number): number => {
    const up = side * slope > 0 ? v.at(y) - top : bottom - v.at(y);
    return Math.min(0.42 * wide, (side > 0 ? right - h.at(x) : h.at(x) - left) - 8, (Math.min(up - 6, 0.7 * tall) / perY / Math.abs(slope)) * perX) / perX;
  };
  const side = room(1) * perX > 90 || room(1) >= 0.6 * room(-1) ? 1 : -1;
  const widest = room(side);
  if (!(widest * perX >= 22)) return 0;
  const found = widest >= 1 && perX >= 26 ? 1 : roundDown(widest);
  return found * perX < 22 ? 0 : side * found;
}
