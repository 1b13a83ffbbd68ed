// What a network says for a grid of inputs: a plane coloured by its output, or a curve, with the examples on it.

import { axes, dot, mark, text } from "./drawing";
import { number } from "./format";
import { heights } from "./scale";
import { rings } from "./surface";
import type { Session, Values } from "./session.svelte";
import { rowsOf, type Trainer } from "./training";

const [WIDTH, HEIGHT] = [340, 300];
const DEPTHS = 8;
const HUES = ["less", "plus", "third", "fourth"];

/** One number an example: the target itself, or which of several is the one. */
function labelsOf(targets: Values | null, many: number): ArrayLike<number> {
  if (!targets) return [];
  return targets.data.length === many ? targets.data : rowsOf(targets, targets.shape[0] === many ? 0 : 1).map(largest);
}
const largest = (row: number[]) => row.indexOf(Math.max(...row));

/** The drawing, what it may be asked for, and what its colours mean. Of several outputs `chosen` is shown; -1 shows which is the largest. */
export function decision(session: Session, trainer: Trainer, chosen: number): { drawing: string; choices: string; legend: string } {
  const { predict, data, targets, squash } = trainer.training;
  const { columns, from, to, axis, output_axis, points } = predict!;
  const said = trainer.predict();
  const rows = said ? rowsOf(said, output_axis) : [];
  const classes = rows[0]?.length ?? 1;
  const known = (variable?: number) => (variable === undefined ? null : session.known(variable));
  const given = known(data);
  const examples = given ? rowsOf(given, axis) : [];
  const labels = labelsOf(known(targets), examples.length);
  const shown = examples.slice(0, 400).map((point, n) => [point[columns[0]], columns.length > 1 ? point[columns[1]] : labels[n], labels[n]]);
  const all = rows.flat();
  const [low, high] = squash ? [0, 1] : [Math.min(...all), Math.max(...all)];
  const plane = columns.length > 1;
  const kind = classes > 1 ? "class" : "output";

  const frame = axes(WIDTH, HEIGHT, [from[0], to[0]], plane ? [from[1], to[1]] : heights(all, [...all, ...shown.map((e) => e[1])]), `x${columns[0]}`, plane ? `x${columns[1]}` : "");
  const { h, v } = frame;
  const place = ([i, j]: number[]) => `${h.at(from[0] + ((to[0] - from[0]) * i) / (points[0] - 1)).toFixed(1)},${v.at(plane ? from[1] + ((to[1] - from[1]) * j) / (points[1] - 1) : j).toFixed(1)}`;
  /** Where these numbers, one a point, rise from 0 to 1. */
  const rising = (hue: string, numberOf: (row: number[]) => number) => {
    const values = Float64Array.from(rows, numberOf);
    return Array.from({ length: DEPTHS }, (_, k) => mark("path", { class: hue, d: rings({ n: points[0], values }, (k + 0.5) / DEPTHS).map((ring) => `M${ring.map(place).join("L")}Z`).join("") })).join("");
  };
  let ground: string;
  if (!plane) ground = mark("path", { class: "curve", d: rows.map((row, n) => (n ? "L" : "M") + place([n, row[0]])).join("") });
  else if (classes > 1 && chosen < 0) ground = Array.from({ length: classes }, (_, k) => rising(HUES[k % 4], (row) => (largest(row) === k ? row[k] : 0))).join("");
  else {
    const share = (row: number[]) => (2 * (row[Math.max(0, chosen)] - low)) / (high - low || 1) - 1;
    ground = rising("plus", share) + rising("less", (row) => -share(row));
  }
  const marks = shown.map(([x, y, label]) => dot("example", frame, [x, y], plane ? 7.5 : 3.5) + (plane ? text("mark", h.at(x), v.at(y) + 3.5, number(label ?? NaN, 2)) : ""));
  return {
    drawing: mark("svg", { class: "drawing area", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `What comes out for every input, with the ${shown.length} examples` }, ground + frame.svg + marks.join("")),
    choices:
      classes > 1
        ? `<label>Show <select name="chosen"><option value="-1">the most likely class</option>${Array.from({ length: classes }, (_, k) => `<option value="${k}">output ${k}</option>`).join("")}</select></label>`
        : "",
    legend: plane && (classes === 1 || chosen >= 0) ? `<p class="quiet"><span class="key less"></span> ${kind} ${number(low, 2)} <span class="key plus"></span> ${kind} ${number(high, 2)}; each example with its target</p>` : "",
  };
}
