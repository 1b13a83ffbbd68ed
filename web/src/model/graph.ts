// The graph, ready to be drawn: Python has placed the nodes; here are their boxes, the curves between them and the labels
// on these, in pixels at zoom 1.

import type { Book, Stage } from "../document/book";
import type { BackwardLine, Edge, Graph, Node } from "../document/types";
import { tuple } from "./format";

/** The document's unit: the width of a character; in height, half a row of text. */
const [WIDE, HIGH] = [8, 10.5];
/** Around the drawing. */
const MARGIN = 14;
/** So far from an edge's middle run the value's line, above it, and the gradient's, below it. */
const LANE = 3;
const HEAD = 7;
const LABEL = 12;
/** Between the rows of a matrix in a strip. */
const GAP = 2;
/** The width of a character of a label, to its size. */
export const CHARACTER = 0.58;

type Point = [number, number];

/** A node of the drawing; folded, it stands for several. */
export interface Box {
  node: Node;
  variables: number[];
  left: number;
  top: number;
  width: number;
  height: number;
  /** Where the gradient's part begins, from the top; the height, if there is none. */
  split: number;
  shape: string;
  /** The layers left and right of it, by node. */
  before: Box[];
  after: Box[];
  into: Wire[];
  out: Wire[];
  trunk: Point[];
}

export interface Wire {
  from: Box;
  to: Box;
  /** The links of the chain rule along it; none, where no gradient comes back. */
  links: number[];
  /** Where it leaves the trunk of its first node: 0, if not from it. */
  along: number;
  points: Point[];
  label: Label;
}

export interface Label {
  text: string;
  x: number;
  y: number;
  size: number;
  /** Not drawn: the same stands beside it. */
  hidden: boolean;
}

/** A part of the drawing: left, top, right, bottom. */
export type Window = [number, number, number, number];

export class Drawing {
  readonly boxes: Box[] = [];
  readonly wires: Wire[] = [];
  readonly layers: Box[][] = [];
  readonly width: number;
  readonly height: number;
  private readonly byVariable = new Map<number, Box>();
  private readonly ofByName = new Map<string, number>();

  constructor(
    private readonly book: Book,
    graph: Graph,
  ) {
    this.width = graph.width * WIDE + 2 * MARGIN;
    this.height = graph.height * HIGH + 2 * MARGIN;
    for (const node of graph.nodes) this.add(node);
    for (const layer of this.layers) layer?.sort((a, b) => a.top - b.top);
    this.connect(graph.edges);
    placeLabels(this.wires);
    for (const line of book.document.backward as BackwardLine[]) if (line.of !== undefined) this.ofByName.set(line.name, line.of);
  }

  private add(node: Node): void {
    const [width, height] = [node.width * WIDE, node.height * HIGH];
    const members = (node as { members?: number[] }).members;
    const box: Box = {
      node,
      variables: members ?? [node.variable],
      left: node.x * WIDE - width / 2 + MARGIN,
      top: node.y * HIGH - height / 2 + MARGIN,
      width,
      height,
      split: node.gradient_name ? height - 26 : height,
      shape: shapeText(this.book.shape(node.variable)),
      before: [],
      after: [],
      into: [],
      out: [],
      trunk: (node.trunk ?? []).map(toPixels),
    };
    this.boxes.push(box);
    (this.layers[node.layer] ??= []).push(box);
    for (const variable of box.variables) this.byVariable.set(variable, box);
  }

  private connect(edges: Edge[]): void {
    const links = new Map<string, number[]>();
    this.book.document.links.forEach((link, n) => {
      const [a, b] = [this.box(link.operand), this.box(link.result)];
      if (!a || !b || a === b) return;
      const key = `${a.node.variable} ${b.node.variable}`;
      links.set(key, [...(links.get(key) ?? []), n]);
    });
    const left = this.layers.map((layer) => Math.min(...layer.map((b) => b.left)));
    const right = this.layers.map((layer) => Math.max(...layer.map((b) => b.left + b.width)));
    for (const edge of edges) {
      const from = this.byVariable.get(edge.from)!;
      const to = this.byVariable.get(edge.to)!;
      const points = edge.route.map(toPixels);
      const [begin, end] = [points[0], points[points.length - 1]];
      if (points.length === 2) {
        // Straight past wider nodes of its own layer and of the one that it leads to; it turns between the layers.
        points.splice(1, 0, [Math.max(begin[0], edge.along ? 0 : right[from.node.layer]), begin[1]], [Math.min(end[0], left[to.node.layer]), end[1]]);
      }
      const wire: Wire = {
        from,
        to,
        links: links.get(`${edge.from} ${edge.to}`) ?? [],
        along: edge.along ?? 0,
        points,
        label: { text: from.shape, x: 0, y: 0, size: Math.min(LABEL, 44 / (CHARACTER * from.shape.length)), hidden: !from.shape },
      };
      this.wires.push(wire);
      from.out.push(wire);
      to.into.push(wire);
      from.after.push(to);
      to.before.push(from);
    }
    for (const box of this.boxes)
      if (box.trunk.length) box.trunk.splice(1, 0, [Math.max(box.trunk[0][0], right[box.node.layer]), box.trunk[0][1]]);
  }

  /** The box that shows a variable: its own, that of the line which covers it, or of whose gradient it is. */
  box(variable: number): Box | undefined {
    const of = this.book.of(variable) ?? variable;
    const own = this.byVariable.get(of);
    if (own) return own;
    const stage = this.book.stage(of);
    return stage && (stage.backward ? this.boxOf(stage) : this.byVariable.get(stage.line.target));
  }

  /** The box that a stage is about: what it computes, or whose gradient (or part of one) it computes. */
  boxOf(stage: Stage): Box | undefined {
    if (!stage.backward) return this.byVariable.get(stage.line.target);
    const of = (stage.line as BackwardLine).of ?? this.ofByName.get(stage.line.name);
    return of === undefined ? undefined : this.box(of);
  }
}

function toPixels([x, y]: number[]): Point {
  return [x * WIDE + MARGIN, y * HIGH + MARGIN];
}

/** A shape as it stands in the graph: 4×3, (3,); nothing for one number. */
export function shapeText(shape: number[]): string {
  return shape.length > 1 ? shape.join("×") : shape.length ? tuple(shape) : "";
}

/** A label stands on its wire, between two layers, where no other label stands. */
function placeLabels(wires: Wire[]): void {
  const placed = new Map<number, Wire[]>();
  for (const wire of wires) {
    const { label } = wire;
    if (label.hidden) continue;
    const beside = placed.get(wire.to.node.layer) ?? [];
    placed.set(wire.to.node.layer, beside);
    const [a, b] = wire.points.slice(-3, -1);
    const half = (CHARACTER * label.size * label.text.length) / 2;
    const free = [0.5, 0.4, 0.6, 0.3, 0.7].some((t) => {
      const s = 1 - t;
      const x = s ** 3 * a[0] + (3 * s * t * (a[0] + b[0])) / 2 + t ** 3 * b[0];
      if (t !== 0.5 && (x - half < a[0] || x + half > b[0] - HEAD)) return false;
      label.x = x;
      label.y = (s ** 3 + 3 * s * s * t) * a[1] + (3 * s * t * t + t ** 3) * b[1];
      return beside.every((w) => Math.abs(w.label.y - label.y) >= label.size || Math.abs(w.label.x - x) > 2 * half + 4);
    });
    if (free) beside.push(wire);
    else label.hidden = true;
  }
}

/** How far the lines of a node's edges are from the edges' middle: none comes back, so the value's runs in it. */
export function laneOf(box: Box): number {
  return box.out.some((w) => w.links.length) ? LANE : 0;
}

/** The curve through points, moved down by an offset: level along layers, bent between them. */
export function curve(points: Point[], offset = 0, short: [number, number] = [0, 0]): string {
  let path = "";
  points.forEach(([px, py], i) => {
    const x = px + (i === 0 ? short[0] : 0) - (i === points.length - 1 ? short[1] : 0);
    const y = py + offset;
    if (!i) path = `M${x} ${y}`;
    else if (py === points[i - 1][1]) path += `H${x}`;
    else {
      const middle = (points[i - 1][0] + px) / 2;
      path += `C${middle} ${y - py + points[i - 1][1]} ${middle} ${y} ${x} ${y}`;
    }
  });
  return path;
}

/** The line of a wire's value, or of the gradient that comes back along it; heads are drawn apart. */
export function line(wire: Wire, back: boolean): string {
  const lane = laneOf(wire.from);
  return back ? curve(wire.points, lane, [wire.along ? 0 : HEAD - 1, 0]) : curve(wire.points, -lane, [0, HEAD - 1]);
}

/** The head of an arrow: to the right, or to the left. */
export function head([x, y]: Point, offset: number, left = false): string {
  const back = left ? HEAD : -HEAD;
  return `M${x} ${y + offset}l${back} -4v8z`;
}

/** The points of a trunk up to where an edge leaves it, as far as they are in the window. */
export function stretch(trunk: Point[], along: number, [left, , right]: Window): Point[] {
  const points = trunk.slice(0, along + 2);
  const first = points.findIndex((_, i) => i + 1 < points.length && points[i + 1][0] >= left);
  const last = points.findIndex((p) => p[0] > right);
  return first < 0 ? [] : points.slice(first, last < 0 ? undefined : last + 1);
}

/** The width of a cell of the strip that shows an array; 0, if it is too large for one. */
export function cellOf(shape: number[], width: number): number {
  const size = shape.reduce((a, b) => a * b, 1);
  const cell = Math.min(10, (width - gaps(size, shape) * GAP) / size);
  return cell >= 1.5 ? cell : 0;
}

function gaps(size: number, shape: number[]): number {
  return size && shape.length > 1 ? size / shape[shape.length - 1] - 1 : 0;
}

/** The cells of a small array, by sign and strength of colour: a path for each. Rows of a matrix stand apart. */
export function strip(data: ArrayLike<number>, shape: number[], left: number, top: number, width: number): { kind: string; strength: number; path: string }[] {
  const cell = cellOf(shape, width);
  if (!cell) return [];
  const row = shape[shape.length - 1];
  const finite = Array.from(data, Math.abs).filter(Number.isFinite);
  const most = Math.max(...finite);
  const found = new Map<string, string>();
  Array.from(data).forEach((value, i) => {
    const strength = Number.isFinite(value) ? Math.ceil((5 * Math.abs(value)) / most) || 0 : 5;
    const kind = !strength ? "none" : !Number.isFinite(value) ? "wild" : value < 0 ? "negative" : "positive";
    const x = left + i * cell + (shape.length > 1 ? Math.floor(i / row) * GAP : 0);
    const key = `${kind} ${strength}`;
    found.set(key, `${found.get(key) ?? ""}M${x.toFixed(2)} ${top}h${cell.toFixed(2)}v4h-${cell.toFixed(2)}z`);
  });
  return [...found].map(([key, path]) => ({ kind: key.split(" ")[0], strength: Number(key.split(" ")[1]), path }));
}

/** Every node and what it is made from, in words. */
export function inWords(drawing: Drawing): string {
  return drawing.boxes
    .map(({ node, shape, before }) => {
      const made = node.operation ? `: ${node.operation}` : "";
      const from = before.length ? `, from ${before.map((b) => b.node.name).join(", ")}` : "";
      return `${node.name}${shape && ` (${shape.replace(/[()]/g, "")})`}${made}${from}${node.gradient_name ? `; its gradient is ${node.gradient_name}` : ""}.`;
    })
    .join(" ");
}

/** The levels of folding that are there, the finest first: nothing is folded in it. */
export function levelsOf(book: Book): { by: string; graph: Graph }[] {
  const folds = (book.document as { folds?: { by: string; graph: Graph }[] }).folds ?? [];
  const sorted = [...folds].sort((a, b) => b.graph.nodes.length - a.graph.nodes.length);
  return [{ by: "nothing", graph: book.document.graph }, ...sorted];
}

/** The level to begin with: the finest that shows at most so many nodes, else the coarsest. */
export function firstLevel(levels: { by: string; graph: Graph }[], most = 60): string {
  return (levels.find((l) => l.graph.nodes.length <= most) ?? levels[levels.length - 1]).by;
}
