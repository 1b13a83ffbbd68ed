// The drawing of a network as markup: where each unit, wire and word stands, how it looks, and what it says.

import { entryIn } from "./broadcast";
import { escaped, mark, text, which } from "./drawing";
import { number } from "./format";
import { absence, entryName, isMovable } from "./matrix";
import { drawn, unitEntry, type Spot, type Units } from "./network";
import type { Session } from "./session.svelte";

const RADIUS = 19;

export interface View {
  /** Do units and wires show the gradient? */
  slopes: boolean;
  example: number;
  /** Layer and unit of the keyboard. */
  chosen: [number, number];
  /** What is looked at. */
  spot: Spot | null;
}

export function figureOf(session: Session, layers: Units[], { slopes, example, chosen, spot }: View) {
  const { book, picked } = session;
  const now = (variable: number) => (slopes ? session.gradient(variable) : session.value(variable))?.data;
  const shown = layers.map((l) => drawn(l.layer.size));
  const biased = layers.some((l) => l.wires?.bias !== undefined);
  const step = biased ? 56 : 48;
  const height = Math.max(...shown.map((s) => s.length)) * step + 56;
  const gap = Math.max(150, Math.min(230, 760 / layers.length));
  const x = (n: number) => 70 + n * gap;
  const y = (n: number, place: number) => 40 + (height - 56) / 2 + (place - (shown[n].length - 1) / 2) * step;
  /** The name of a variable, which lights up with it. */
  const name = (kind: string, x: number, variable: number, said = book.name(variable)) => mark("text", { class: which({ [kind]: true, lit: session.isLit(variable) }), x, y: 14, "text-anchor": "middle", "data-look": variable }, escaped(said));
  /** What a number of a variable, or of its gradient, is looked at by. */
  const look = (variable: number, entry: number) => {
    const gradient = slopes ? book.gradient(variable) : undefined;
    return gradient === undefined ? `${variable} ${entry}` : `${gradient} ${entryIn(book.shape(gradient), book.shape(variable), entry)}`;
  };
  let texts = "";
  let wires = "";
  let units = "";
  const words: string[] = [];
  layers.forEach(({ layer, axis, wires: into }, n) => {
    const { variable, size, ones = [] } = layer;
    const data = now(variable);
    const none = slopes && book.gradient(variable) === undefined;
    texts += name("layer", x(n), variable, layer.name);
    const biases = into?.bias === undefined ? undefined : session.value(into.bias)?.data;
    let told = `${layer.name}, ${size} ${size === 1 ? "unit" : "units"}`;
    if (ones.length) told += ` (unit ${ones.join(", ")} is the constant 1: the bias)`;
    if (into) {
      const { weights, bias, to } = into;
      const added = bias === undefined ? "" : `, + ${book.name(bias)}`;
      texts += name("weights", x(n) - gap / 2, weights) + text("shape", x(n) - gap / 2, 29, book.shapeText(weights) + added);
      told += `, made by the weights ${book.name(weights)} (${book.shapeText(weights)}${added})`;
      const values = now(weights);
      const largest = Math.max(...Array.from(values ?? [], (v) => (Number.isFinite(v) ? Math.abs(v) : 0)));
      const gradient = slopes ? book.gradient(weights) : undefined;
      const movable = isMovable(book, weights);
      shown[n - 1].forEach((from, a) =>
        shown[n].forEach((unit, b) => {
          const k = unit === null ? -1 : to.indexOf(unit);
          if (from === null || k < 0) return;
          const entry = into.entry(from, k);
          const value = values?.[entry];
          const hot = spot ? spot.layer === n && spot.unit === unit && (spot.from ?? from) === from : session.isLit(weights);
          const d = `M${x(n - 1) + RADIUS} ${y(n - 1, a)}L${x(n) - RADIUS} ${y(n, b)}`;
          const title = `${entryName(book, weights, entry, slopes)} = ${value === undefined ? absence(session, gradient ?? weights) : number(value, 5)}`;
          const reach = which({ reach: true, picked: picked?.variable === weights && picked.entry === entry });
          wires += mark("path", { class: reach, d, "data-look": look(weights, entry), "data-pick": movable && `${weights} ${entry}` }, mark("title", {}, escaped(title)));
          wires += mark("path", { class: which({ wire: true, none: !value, less: value! < 0, hot, dim: spot && !hot }), "stroke-width": 0.7 + 4.3 * (value && largest ? Math.min(1, Math.abs(value) / largest) : 0), d });
        }),
      );
    }
    const labels: string[] = [];
    shown[n].forEach((unit, place) => {
      if (unit === null) {
        texts += text("shape", x(n), y(n, place), `⋮ ${size} units ⋮`);
        return;
      }
      const one = ones.includes(unit);
      const entry = unitEntry(book.shape(variable), axis, size, unit, example);
      const value = entry === null ? undefined : data?.[entry];
      const gradient = slopes ? book.gradient(variable) : undefined;
      const short = value === undefined ? "·" : number(value, 2);
      const bias = biases && !slopes ? biases[biases.length > 1 ? into!.to.indexOf(unit) : 0] : undefined;
      const title = entryName(book, variable, entry, slopes) + (one ? ", the constant 1: the bias" : "");
      const there = value !== undefined && !none;
      const full = `${title}: ${there ? number(value) : none ? "no gradient is derived" : absence(session, gradient ?? variable)}`;
      labels.push(full);
      const said = none ? "" : short.length > 6 ? number(value!, 1) : short;
      const added = bias === undefined ? "" : ` ${bias < 0 ? "−" : "+"} ${number(Math.abs(bias), 2)}`;
      const [left, top] = [x(n), y(n, place)];
      if (one) texts += text("shape", left - RADIUS - 6, top, "bias", "end");
      const at = n === chosen[0] && unit === chosen[1];
      units += mark(
        "g",
        {
          class: which({ unit: true, one, at, lit: spot?.layer === n && spot.unit === unit && spot.from === undefined }),
          role: "button",
          tabindex: at ? 0 : -1,
          "aria-label": there ? `${title}: ${said}${added}` : full, // it is called what it shows
          "data-unit": `${n} ${unit}`,
          "data-look": entry === null ? `${gradient ?? variable}` : look(variable, entry),
        },
        mark("rect", { x: left - RADIUS, y: top - RADIUS, width: 2 * RADIUS, height: 2 * RADIUS, rx: one ? 5 : RADIUS }) +
          text("", left, top, said) + (added && text("shape", left, top + RADIUS + 9, added)),
      );
    });
    words.push(`${told}: ${labels.join("; ")}${labels.length < size ? " …" : ""}.`);
  });
  const width = (layers.length - 1) * gap + 140;
  const drawing = mark("svg", { class: `drawing ${slopes ? "slopes" : ""}`, width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "The network, unit by unit" }, texts + wires + units);
  return { drawing, shown, words: words.join(" ") };
}
