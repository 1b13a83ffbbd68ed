// The graph, ready to be drawn: Python has placed the nodes; here are their boxes, the points that wires lead through and
// the labels on these, in pixels at zoom 1.

import type { Book, Stage } from "../document/book";
import type { Edge, Graph, Node } from "../document/types";
import { tuple } from "./format";

/** The document's unit: the width of a character; in height, half a row of text. */
const [WIDE, HIGH] = [8, 10.5];
/** Around the drawing. */
const MARGIN = 14;
const HEAD = 7;
const LABEL = 12;

export type Point = [number, number];

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
  size: number[];
  /** Its shape in words; nothing for one number. */
  shape: string;
  /** The nodes that it is made from, and those made from it. */
  before: Box[];
  after: Box[];
  into: Wire[];
  out: Wire[];
  trunk: Point[];
}

export interface Wire {
  number: number;
  from: Box;
  to: Box;
  /** The variables whose values it carries (a folded node has several), and the steps that read them. */
  carries: number[];
  readers: number[];
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

export class Drawing {
  readonly boxes: Box[] = [];
  readonly wires: Wire[] = [];
  readonly layers: Box[][] = [];
  readonly width: number;
  readonly height: number;
  readonly #book: Book;
  readonly #byVariable = new Map<number, Box>();
  constructor(
    book: Book,
    graph: Graph,
  ) {
    this.#book = book;
    this.width = graph.width * WIDE + 2 * MARGIN;
    this.height = graph.height * HIGH + 2 * MARGIN;
    for (const node of graph.nodes) this.#add(node);
    for (const layer of this.layers) layer?.sort((a, b) => a.top - b.top);
    this.#connect(graph.edges);
    placeLabels(this.wires);
  }

  #add(node: Node): void {
    const [width, height] = [node.width * WIDE, node.height * HIGH];
    const box: Box = {
      node,
      variables: node.members ?? [node.variable],
      left: node.x * WIDE - width / 2 + MARGIN,
      top: node.y * HIGH - height / 2 + MARGIN,
      width,
      height,
      split: node.gradient_name ? height - 26 : height,
      size: this.#book.shape(node.variable),
      shape: shapeText(this.#book.shape(node.variable)),
      before: [],
      after: [],
      into: [],
      out: [],
      trunk: (node.trunk ?? []).map(toPixels),
    };
    this.boxes.push(box);
    (this.layers[node.layer] ??= []).push(box);
    for (const variable of box.variables) this.#byVariable.set(variable, box);
  }

  #connect(edges: Edge[]): void {
    const links = new Map<string, number[]>();
    this.#book.document.links.forEach((link, n) => {
      const [a, b] = [this.box(link.operand), this.box(link.result)];
      if (!a || !b || a === b) return;
      const key = `${a.node.variable} ${b.node.variable}`;
      links.set(key, [...(links.get(key) ?? []), n]);
    });
    const left = this.layers.map((layer) => Math.min(...layer.map((b) => b.left)));
    const right = this.layers.map((layer) => Math.max(...layer.map((b) => b.left + b.width)));
    for (const edge of edges) {
      const from = this.#byVariable.get(edge.from)!;
      const to = this.#byVariable.get(edge.to)!;
      const readers = edge.operands.map((use) => use.step);
      const read = readers.flatMap((step) => this.#book.step(step)?.inputs ?? []);
      const carries = from.variables.filter((v) => from.variables.length === 1 || read.includes(v));
      const text = [...new Set(carries.map((v) => shapeText(this.#book.shape(v))))].filter(Boolean).join(", ");
      const points = edge.route.map(toPixels);
      const [begin, end] = [points[0], points[points.length - 1]];
      if (points.length === 2) {
        // Straight past wider nodes of its own layer and of the one that it leads to; it turns between the layers.
        points.splice(1, 0, [Math.max(begin[0], edge.along ? 0 : right[from.node.layer]), begin[1]], [Math.min(end[0], left[to.node.layer]), end[1]]);
      }
      const wire: Wire = {
        number: this.wires.length,
        from,
        to,
        carries,
        readers,
        links: [...(links.get(`${edge.from} ${edge.to}`) ?? [])],
        along: edge.along ?? 0,
        points,
        label: { text, x: 0, y: 0, size: Math.min(LABEL, 44 / breadth(text)), hidden: !text },
      };
      this.wires.push(wire);
      from.out.push(wire);
      to.into.push(wire);
      from.after.push(to);
      to.before.push(from);
    }
    for (const [key, numbers] of links) {
      const [a, b] = key.split(" ").map((v) => this.#byVariable.get(Number(v))!);
      if (!a.after.includes(b)) past(a, b, numbers, new Map());
    }
    for (const box of this.boxes)
      if (box.trunk.length) box.trunk.splice(1, 0, [Math.max(box.trunk[0][0], right[box.node.layer]), box.trunk[0][1]]);
  }

  /** The box that shows a variable: its own, that of the line which covers it, or of whose gradient it is. */
  box(variable: number): Box | undefined {
    const of = this.#book.of(variable) ?? variable;
    const own = this.#byVariable.get(of);
    if (own) return own;
    const stage = this.#book.stage(of);
    return stage && (stage.backward ? this.boxOf(stage) : this.#byVariable.get(stage.line.target));
  }

  /** The box that a stage is about. */
  boxOf(stage: Stage): Box | undefined {
    const variable = this.#book.about(stage);
    return variable === undefined ? undefined : stage.backward ? this.box(variable) : this.#byVariable.get(variable);
  }
}

/** The link of an idiom leads past nodes that have no gradient of their own: its way back is drawn along them. */
function past(from: Box, to: Box, links: number[], known: Map<Box, boolean>): boolean {
  let found = known.get(from);
  if (found !== undefined) return found;
  found = false;
  for (const wire of from.out) {
    const between = wire.to.node.gradient === undefined && wire.to.node.layer < to.node.layer;
    if (wire.to !== to && !(between && past(wire.to, to, links, known))) continue;
    wire.links.push(...links);
    found = true;
  }
  known.set(from, found);
  return found;
}

function toPixels([x, y]: number[]): Point {
  return [x * WIDE + MARGIN, y * HIGH + MARGIN];
}

/** A shape as it stands in the graph: 4×3, (3,); nothing for one number. */
export function shapeText(shape: number[]): string {
  return shape.length > 1 ? shape.join("×") : shape.length ? tuple(shape) : "";
}

/** The width of a label, to the size of its letters. */
export function breadth(text: string): number {
  return 0.3 * text.length + 0.29 * text.replace(/[(), ]/g, "").length;
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
    const half = (label.size * breadth(label.text)) / 2;
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
  const sorted = [...book.document.folds].sort((a, b) => b.graph.nodes.length - a.graph.nodes.length);
  return [{ by: "nothing", graph: book.document.graph }, ...sorted];
}

/** The level to begin with: the finest that shows at most so many nodes, else the coarsest. */
export function firstLevel(levels: { by: string; graph: Graph }[], most = 60): string {
  return (levels.find((l) => l.graph.nodes.length <= most) ?? levels[levels.length - 1]).by;
}
