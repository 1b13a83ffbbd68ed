// The graph as SVG text: a node with its numbers, the wires with what they carry. What colours mean stands in the view.

import { escaped } from "./drawing";
import { number } from "./format";
import { breadth, type Box, type Point, type Wire } from "./graph";
import type { Values } from "./session.svelte";

/** What a node shows now. `null`: no numbers; computed says whether there will be some. */
export interface NodeState {
  single: boolean;
  computed: boolean;
  value: Values | null;
  /** Is its gradient computed? */
  returned: boolean;
  gradient: Values | null;
  /** Where the walk is, what is looked at: its value ("forward") or its gradient ("back"). */
  at: string;
  lit: string;
}

/** What a wire does now: it has carried the value; the gradient came back; it is told about. */
export interface WireState {
  carried: (wire: Wire) => boolean;
  returned: (wire: Wire) => boolean;
  strong: (wire: Wire) => boolean;
}

const ROW = 19;
const PAD = 8;
const STRIP = 4;
/** So far from the middle of a wire run the value's line, above it, and the gradient's, below it. */
const LANE = 3;
const HEAD = 6;

const RADIUS: Record<string, number> = { argument: 11, constant: 0 };

/** The kind of a node: argument, step, output, or constant. */
export function kindOf({ node }: Box): string {
  return node.role === "argument" || node.role === "output" || node.role === "step" ? node.role : "constant";
}

/** The inside of a node, from its upper left corner. */
export function nodeSvg(box: Box, state: NodeState): string {
  const { node, width, height, split } = box;
  const { single } = state;
  const radius = RADIUS[kindOf(box)] ?? 5;
  const strip = single ? 0 : STRIP + 2; // its place is kept for what is not computed yet, and for arrays too large for one
  const frame = (kind: string, by = 0, at = 0) =>
    `<rect class="${kind}" x="${at - by}" y="${at - by}" width="${width + 2 * by}" height="${height + 2 * by}" rx="${radius + by}"/>`;
  /** A name in its row, and beside it the number, below it the strip, or a point where there is none yet. */
  const part = (kind: string, name: string, y: number, bottom: number, known: boolean, values: Values | null) =>
    text(kind, PAD, y, name) +
    (!known
      ? single
        ? text("number", width - PAD, y, "·")
        : text("", PAD, bottom - 2, "···")
      : !values
        ? ""
        : single
          ? text("number", width - PAD, y, short(values.data[0], roomOf(box, name)))
          : stripSvg(values, width, bottom - STRIP - 3));
  // Rows of text, and the strip below them, stand in the middle of their part.
  const first = (split - (node.operation ? ROW : 0) - strip) / 2 + 4.5;
  return (
    frame("ring", 5) +
    (state.at && frame(`halo ${state.at}`, 4)) +
    (node.role === "output" ? frame("border", 3) : "") +
    (box.variables.length > 1 ? frame("border", 0, 4) : "") +
    frame(`body${state.lit === "forward" ? " lit" : ""}`) +
    part("name", node.name, first, split, state.computed, state.value) +
    text("shape", width - PAD, first, single ? "" : box.shape) +
    text("operation", PAD, first + ROW, node.operation ?? "") +
    (node.gradient_name
      ? `<g class="gradient${state.returned ? " returned" : ""}"><path class="band${state.lit === "back" ? " lit" : ""}" d="M0 ${split}H${width}v${height - split - radius}q0 ${radius} ${-radius} ${radius}H${radius}q${-radius} 0 ${-radius} ${-radius}z"/>` +
        part("", node.gradient_name, split + (strip ? 14 : 17.5), height, state.returned, state.gradient) +
        "</g>"
      : "") +
    frame("border")
  );
}

/** A node in words: first what it shows, as it shows it, then what that means. */
export function saying(box: Box, { single, computed, value, returned, gradient }: NodeState): string {
  const { name, operation, gradient_name } = box.node;
  const kind = kindOf(box);
  const seen = [name, single ? value && short(value.data[0], roomOf(box, name)) : box.shape, operation];
  if (gradient_name) seen.push(gradient_name + (single && gradient ? ` ${short(gradient.data[0], roomOf(box, gradient_name))}` : ""));
  const means = [
    kind === "output" ? "the result" : kind === "step" ? "" : kind,
    box.variables.length > 1 && "folded",
    !computed && "not computed yet",
    gradient_name && `gradient ${returned ? "" : "not "}computed${returned ? "" : " yet"}`,
  ];
  return [seen, means].map((part) => part.filter(Boolean).join(", ")).filter(Boolean).join("; ");
}

/** The trunks, wires and labels that are drawn between two heights of x. */
export function wiresSvg(boxes: Box[], wires: Wire[], left: number, right: number, { carried, returned, strong }: WireState, backward: boolean): string {
  let found = "";
  /** A wire's lines, or a trunk's as far as some of the node's wires reach. */
  const lines = (box: Box, points: (so: (wire: Wire) => boolean) => Point[], end?: Point, begin?: Point) => {
    const lane = box.out.some((w) => w.links.length) ? LANE : 0;
    const shortened = (kind: string, so: (wire: Wire) => boolean, back: boolean) => {
      const d = curve(points(so), back ? lane : -lane, back && begin ? HEAD : 0, !back && end ? HEAD : 0);
      if (d) found += `<path class="wire ${kind}" d="${d}"/>`;
    };
    const head = ([x, y]: Point, kind: string, away: number) => (found += `<path class="head ${kind}" d="M${x} ${y}l${away} -4v8z"/>`);
    shortened("", () => true, false);
    shortened("carried", carried, false);
    shortened("back", returned, true);
    shortened(backward ? "back strong" : "carried strong", (w) => strong(w) && (backward ? returned(w) : carried(w)), backward);
    if (end) head([end[0], end[1] - lane], points(carried).length ? "carried" : "", -HEAD - 1);
    if (begin && points(returned).length) head([begin[0], begin[1] + lane], "back", HEAD + 1);
  };
  for (const box of boxes)
    if (box.trunk.length) {
      const reach = (so: (wire: Wire) => boolean) => stretch(box.trunk, Math.max(-2, ...box.out.filter((w) => w.along && so(w)).map((w) => w.along)), left, right);
      lines(box, reach, undefined, box.trunk[0]);
    }
  for (const wire of wires) {
    found += `<g data-wire="${wire.number}">`;
    if (wire.links.length || wire.label.text) found += `<path class="reach" d="${curve(wire.points)}"/>`;
    lines(wire.from, (so) => (so(wire) ? wire.points : []), wire.points[wire.points.length - 1], wire.along ? undefined : wire.points[0]);
    found += "</g>";
  }
  for (const { label, number } of wires) if (!label.hidden) {
      const { x, y, size } = label;
      const wide = size * breadth(label.text) + 5;
      found += `<rect class="ground" data-wire="${number}" x="${x - wide / 2}" y="${y - size * 0.6}" width="${wide}" height="${size * 1.2}"/>${text(`label" font-size="${size}`, x, y + size * 0.36, label.text)}`;
    }
  return found;
}

/** The curve through points, moved down by an offset and shortened at its ends: level along layers, bent between them. */
export function curve(points: Point[], offset = 0, first = 0, last = 0): string {
  let path = "";
  points.forEach(([px, py], i) => {
    const x = px + (i ? 0 : first) - (i === points.length - 1 ? last : 0);
    const y = py + offset;
    const before = points[i - 1];
    if (!i) path = `M${x} ${y}`;
    else if (py === before[1]) path += `H${x}`;
    else path += `C${(before[0] + px) / 2} ${before[1] + offset} ${(before[0] + px) / 2} ${y} ${x} ${y}`;
  });
  return path;
}

/** The points of a trunk up to where a wire leaves it, as far as they are needed between two heights of x. */
export function stretch(trunk: Point[], along: number, left: number, right: number): Point[] {
  const points = trunk.slice(0, along + 2);
  return points.filter((_, i) => (points[i + 1] ?? points[i])[0] >= left && (points[i - 1] ?? points[i])[0] <= right);
}

function text(kind: string, x: number, y: number, said: string): string {
  return said && `<text class="${kind}" x="${x}" y="${y}">${escaped(said)}</text> `; // the space keeps words apart for who reads the text alone
}

/** So many characters fit beside a name. */
const roomOf = (box: Box, name: string) => box.width / PAD - 3 - name.length;

/** A number that fits into so many characters. */
function short(value: number, room: number): string {
  return [4, 3, 2].map((digits) => number(value, digits)).find((said) => said.length <= room) ?? number(value, 1);
}

const rowsOf = (shape: number[]) => shape.slice(0, -1).reduce((a, b) => a * b, 1);

/** The width of a cell of the strip that shows an array in a node; 0, if it is too large for one. */
export function cellOf(shape: number[], width: number): number {
  const rows = rowsOf(shape);
  const cell = Math.min(10, (width - 2 * PAD - 2 * (rows - 1)) / (rows * shape[shape.length - 1]));
  return cell >= 1.5 ? cell : 0;
}

/** The cells of a small array, coloured by sign and size. Rows of a matrix stand apart. */
function stripSvg({ data, shape }: Values, width: number, top: number): string {
  const cell = cellOf(shape, width);
  if (!cell) return "";
  const most = Math.max(...Array.from(data, Math.abs).filter(Number.isFinite));
  const found: Record<string, string> = {};
  for (let i = 0; i < data.length; i++) {
    const finite = Number.isFinite(data[i]);
    const strength = finite ? Math.ceil((5 * Math.abs(data[i])) / most) || 0 : 5;
    const kind = `cell${strength ? (finite ? (data[i] < 0 ? " negative" : " positive") : " wild") : ""}" fill-opacity="${strength / 5 || 0.12}`;
    const x = PAD + i * cell + 2 * Math.floor(i / shape[shape.length - 1]);
    found[kind] = `${found[kind] ?? ""}M${x.toFixed(1)} ${top}h${cell.toFixed(1)}v${STRIP}h-${cell.toFixed(1)}z`;
  }
  return Object.entries(found)
    .map(([kind, d]) => `<path class="${kind}" d="${d}"/>`)
    .join("");
}
