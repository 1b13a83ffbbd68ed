// The drawing of a network as plain data: where each unit, wire and word stands, how it looks, and what it says.

import { entryIn } from "./broadcast";
import { number } from "./format";
import { absence, entryName, isMovable } from "./matrix";
import { drawn, unitEntry, type Spot, type Units } from "./network";
import type { Session } from "./session.svelte";

export const RADIUS = 19;

export interface View {
  /** Do units and wires show the gradient? */
  slopes: boolean;
  example: number;
  /** Layer and unit of the keyboard. */
  chosen: [number, number];
  /** What is looked at. */
  spot: Spot | null;
}

interface Text {
  kind: string;
  x: number;
  y: number;
  text: string;
  variable?: number;
}

interface Wire {
  kind: string;
  look: string;
  pick?: string;
  picked: boolean;
  width: number;
  path: string;
  title: string;
}

interface Unit {
  kind: string;
  n: number;
  unit: number;
  x: number;
  y: number;
  look: string;
  label: string;
  text: string;
  rx: number;
  bias: string;
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
  const texts: Text[] = [];
  const wires: Wire[] = [];
  const units: Unit[] = [];
  const words: string[] = [];
  layers.forEach(({ layer, axis, wires: into }, n) => {
    const { variable, size, ones = [] } = layer;
    const data = now(variable);
    const none = slopes && book.gradient(variable) === undefined;
    texts.push({ kind: "layer", x: x(n), y: 14, text: layer.name, variable });
    const biases = into?.bias === undefined ? undefined : session.value(into.bias)?.data;
    let told = `${layer.name}, ${size} ${size === 1 ? "unit" : "units"}`;
    if (ones.length) told += ` (unit ${ones.join(", ")} is the constant 1: the bias)`;
    if (into) {
      const { weights, bias, to } = into;
      const added = bias === undefined ? "" : `, + ${book.name(bias)}`;
      texts.push({ kind: "weights", x: x(n) - gap / 2, y: 14, text: book.name(weights), variable: weights });
      texts.push({ kind: "shape", x: x(n) - gap / 2, y: 29, text: book.shapeText(weights) + added });
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
          wires.push({
            kind: `${!value ? "none" : value < 0 ? "less" : ""} ${hot ? "hot" : spot ? "dim" : ""}`,
            look: gradient === undefined ? `${weights} ${entry}` : `${gradient} ${entryIn(book.shape(gradient), book.shape(weights), entry)}`,
            pick: movable ? `${weights} ${entry}` : undefined,
            picked: picked?.variable === weights && picked.entry === entry,
            width: 0.7 + 4.3 * (value && largest ? Math.min(1, Math.abs(value) / largest) : 0),
            path: `M${x(n - 1) + RADIUS} ${y(n - 1, a)}L${x(n) - RADIUS} ${y(n, b)}`,
            title: `${entryName(book, weights, entry, slopes)} = ${value === undefined ? absence(session, gradient ?? weights) : number(value, 5)}`,
          });
        }),
      );
    }
    const labels: string[] = [];
    shown[n].forEach((unit, place) => {
      if (unit === null) {
        texts.push({ kind: "shape", x: x(n), y: y(n, place), text: `⋮ ${size} units ⋮` });
        return;
      }
      const one = ones.includes(unit);
      const entry = unitEntry(book.shape(variable), axis, size, unit, example);
      const value = entry === null ? undefined : data?.[entry];
      const gradient = slopes ? book.gradient(variable) : undefined;
      const short = value === undefined ? "·" : number(value, 2);
      const bias = biases && !slopes ? biases[biases.length > 1 ? into!.to.indexOf(unit) : 0] : undefined;
      const label = `${entryName(book, variable, entry, slopes)}${one ? ", the constant 1: the bias" : ""}: ${none ? "no gradient is derived" : value === undefined ? absence(session, gradient ?? variable) : number(value)}`;
      labels.push(label);
      if (one) texts.push({ kind: "shape before", x: x(n) - RADIUS - 6, y: y(n, place), text: "bias" });
      units.push({
        kind: `${one ? "one" : ""} ${n === chosen[0] && unit === chosen[1] ? "at" : ""} ${spot?.layer === n && spot.unit === unit && spot.from === undefined ? "lit" : ""}`,
        n,
        unit,
        x: x(n),
        y: y(n, place),
        look: `${gradient ?? variable}${entry === null ? "" : ` ${gradient === undefined ? entry : entryIn(book.shape(gradient), book.shape(variable), entry)}`}`,
        label,
        text: none ? "" : short.length > 6 ? number(value!, 1) : short,
        rx: one ? 5 : RADIUS,
        bias: bias === undefined ? "" : `${bias < 0 ? "−" : "+"} ${number(Math.abs(bias), 2)}`,
      });
    });
    words.push(`${told}: ${labels.join("; ")}${labels.length < size ? " …" : ""}.`);
  });
  return { height, width: (layers.length - 1) * gap + 140, shown, texts, wires, units, words: words.join(" ") };
}
