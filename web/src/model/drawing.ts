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

/** Lines through places in pixels. */
export const path = (role: string, lines: Place[][], more?: Attributes, close = "Z"): string =>
  mark("path", { class: role, "data-role": role, d: lines.map((places) => `M${places.map((p) => p.map((x) => x.toFixed(1)).join()).join("L")}${close}`).join(""), ...more });

/** A straight line from one place to another, in the numbers of the axes. */
export const line = (role: string, { h, v }: Axes, [[a, b], [c, d]]: Place[], more?: Attributes): string =>
  mark("line", { class: role, "data-role": role, "data-x1": a, "data-y1": b, "data-x2": c, "data-y2": d, x1: h.at(a), y1: v.at(b), x2: h.at(c), y2: v.at(d), ...more });

export const dot = (role: string, { h, v }: Axes, [x, y]: Place, r: number): string =>
  mark("circle", { class: role, "data-role": role, "data-x": x, "data-y": y, cx: h.at(x), cy: v.at(y), r });

export interface Axes {
  h: Scale;
  v: Scale;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** The rectangle inside. */
  box: { x: number; y: number; width: number; height: number };
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
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  const grid = (at: number, ...ends: Place[]) => path(at ? "grid" : "zero", [ends]);
  const svg = [
    ...ticksOf(domain, Math.max(2, (right - left) / 74)).map(({ at, text: said }) => grid(at, [h.at(at), top], [h.at(at), bottom]) + text("tick", h.at(at), bottom + 15, said)),
    ...ups.map(({ at, text: said }) => grid(at, [left, v.at(at)], [right, v.at(at)]) + text("tick", left - 7, v.at(at) + 4, said, "end")),
    mark("rect", { class: "frame", ...box }),
    text("name", right, height - 5, across, "end"),
    up.length > 3 ? text("name", 4, 13, up, "start") : text("name", left - 7, 13, up, "end"),
  ];
  return { h, v, left, right, top, bottom, box, svg: svg.join("") };
}

/** What is drawn inside the axes, not over them, with the scale to read it by. */
export const within = (role: string, { h, v, box }: Axes, inside: string): string =>
  mark("svg", { ...box, viewBox: Object.values(box).join(" "), "data-role": role, "data-x-domain": h.domain.join(" "), "data-y-domain": v.domain.join(" "), "data-x-range": h.range.join(" "), "data-y-range": v.range.join(" ") }, inside);

/** A curve in its axes: what lies under it, what lies over it, the tangent at a point with the slope that the derivation computed, a triangle that shows it. */
export function plot(frame: Axes, { pieces }: Curve, point: Place, slope: number | null, { under = "", other, triangle, look }: { under?: string; other?: Place; triangle?: boolean; look?: string }): string {
  const { h, v } = frame;
  const [low, high] = v.domain;
  const [x, y] = point;
  /** A straight line through the whole picture, by its slope. */
  const sloped = (role: string, slope: number | null): string => {
    if (slope === null || Number.isNaN(slope) || !Number.isFinite(y)) return "";
    const ends = h.domain.map((a, i): Place => {
      if (Math.abs(slope) === Infinity) return [x, v.domain[i]];
      const b = y + slope * (a - x);
      const within = Math.max(low, Math.min(high, b));
      return b === within ? [a, b] : [x + (within - y) / slope, within];
    });
    return line(role, frame, ends, { "data-slope": slope, "data-look": look });
  };
  let labels = "";
  const run = triangle && slope ? runOf(frame, point, slope) : 0;
  if (run) {
    const [px, py, tx, ty] = [h.at(x), v.at(y), h.at(x + run), v.at(y + run * slope!)];
    under += path("triangle", [[[px, py], [tx, py], [tx, ty]]]);
    labels = text("leg", (px + tx) / 2, py + (ty < py ? 15 : -7), number(Math.abs(run))) + text("leg", tx + Math.sign(run) * 6, (py + ty) / 2 + 4, number(Math.abs(run) * slope!), run > 0 ? "start" : "end");
  }
  const drawn = path("curve", pieces.map((piece) => piece.map(([a, b]) => [h.at(a), v.at(b)])), {}, "");
  const secant = other && Number.isFinite(other[1] + y) ? sloped("secant", (other[1] - y) / (other[0] - x)) + dot("other", frame, other, 4.5) : "";
  return frame.svg + within("plot", frame, under + drawn + secant + sloped("tangent", slope)) + labels;
}

/** The run of a slope triangle: 1 where that can be seen, else a round number; 0 where neither leg can. Negative: to the left. */
function runOf({ h, v, left, right, top, bottom }: Axes, [x, y]: Place, slope: number): number {
  const [px, py, wide, tall] = [h.at(x), v.at(y), right - left, bottom - top];
  const unit = wide / (h.domain[1] - h.domain[0]);
  const steep = (Math.abs(slope) * tall) / (v.domain[1] - v.domain[0]) / unit;
  /** How many pixels there is room for on one side. */
  const room = (side: number) => Math.min(0.42 * wide, (side > 0 ? right - px : px - left) - 8, Math.min((side * slope > 0 ? py - top : bottom - py) - 6, 0.7 * tall) / steep);
  const side = room(1) > 90 || room(1) >= 0.6 * room(-1) ? 1 : -1;
  const widest = room(side) / unit;
  const run = widest >= 1 && unit >= 26 ? 1 : roundDown(widest);
  return run * unit >= 22 ? side * run : 0;
}
