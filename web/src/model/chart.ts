// Numbers over the steps of training, as lines with their names at the ends.

import { axes, mark, text } from "./drawing";
import { heights } from "./scale";

export interface Series {
  name: string;
  values: number[];
}

const DASHES = [undefined, "6 3", "2 3", "8 3 2 3", "1 2"];

/** The lines as a drawing; between two of their numbers lie so many steps. */
export function chart(series: Series[], every: number, logarithmic = false): string {
  const scaled = (value: number) => (logarithmic ? Math.log10(value) : value);
  const last = every * Math.max(1, ...series.map((s) => s.values.length - 1));
  const all = series.flatMap((s) => s.values.map(scaled)).filter(Number.isFinite);
  const frame = axes(322, 190, [0, last], heights(all, all), "steps", "", logarithmic);
  const y = (value: number) => frame.v.at(scaled(value));
  const lines = series.map(({ values }, i) => {
    const d = values.map((value, n) => (Number.isFinite(scaled(value)) ? `${n && Number.isFinite(scaled(values[n - 1])) ? "L" : "M"}${frame.h.at(n * every).toFixed(1)} ${y(value).toFixed(1)}` : ""));
    return mark("path", { class: `line line${i % 4}`, d: d.join(""), "stroke-dasharray": DASHES[Math.floor(i / 4) % 5] ?? (i ? DASHES[i % 5] : undefined) });
  });
  // The names are moved apart where they would meet.
  let above = -Infinity;
  const names = series
    .map(({ name, values }) => ({ name, y: y(values.at(-1) ?? NaN) || frame.bottom }))
    .sort((a, b) => a.y - b.y)
    .map((one) => text("label", frame.right + 5, (above = Math.max(one.y, above + 11)) + 3.5, one.name, "start"));
  return mark(
    "svg",
    { class: "drawing area", viewBox: "0 0 366 190", role: "img", "aria-label": `${series.map((s) => s.name).join(", ")} over ${last} steps` },
    frame.svg + lines.join("") + names.join(""),
  );
}
