// The graph, ready to be drawn: Python has placed the nodes; here are their boxes, the points that wires lead through and
// the labels on these, in pixels at zoom 1.

import type { Book, Stage } from "../document/book";
import type { Graph, Node } from "../document/types";
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
  /** From the nodes that it is made from, and to those made from it. */
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

export interface Drawing {
  boxes: Box[];
  wires: Wire[];
  layers: Box[][];
  width: number;
  height: number;
  /** The box that shows a variable: its own, that of the line which covers it, or of whose gradient it is. */
  box(variable: number | undefined): Box | undefined;
  /** The box that a stage is about. */
  boxOf(stage: Stage): Box | undefined;
}

export function drawingOf(book: Book, graph: Graph): Drawing {
  const layers: Box[][] = [];
  const wires: Wire[] = [];
  const byVariable: Record<number, Box> = [];
  const boxes = graph.nodes.map((node): Box => {
    const [width, height] = [node.width * WIDE, node.height * HIGH];
    const size = book.shape(node.variable);
    const box: Box = {
      node,
      variables: node.members ?? [node.variable],
      left: node.x * WIDE - width / 2 + MARGIN,
      top: node.y * HIGH - height / 2 + MARGIN,
      width,
      height,
      split: node.gradient_name ? height - 26 : height,
      size,
      shape: shapeText(size),
      into: [],
      out: [],
      trunk: (node.trunk ?? []).map(toPixels),
    };
    (layers[node.layer] ??= []).push(box);
    for (const variable of box.variables) byVariable[variable] = box;
    return box;
  });
  for (const layer of layers) layer?.sort((a, b) => a.top - b.top);
  const left = layers.map((layer) => Math.min(...layer.map((b) => b.left)));
  const right = layers.map((layer) => Math.max(...layer.map((b) => b.left + b.width)));

  const boxOf = (stage: Stage): Box | undefined => {
    const variable = book.about(stage)!;
    return stage.backward ? box(variable) : byVariable[variable];
  };
  function box(variable: number | undefined): Box | undefined {
    if (variable === undefined) return undefined;
    const of = book.of(variable) ?? variable;
    const stage = book.stage(of);
    return byVariable[of] ?? (stage && (stage.backward ? boxOf(stage) : byVariable[stage.line.target]));
  }

  const links = new Map<string, number[]>();
  book.document.links.forEach(({ operand, result }, n) => {
    const [a, b] = [box(operand), box(result)];
    if (!a || !b || a === b) return;
    const key = `${a.node.variable} ${b.node.variable}`;
    links.set(key, [...(links.get(key) ?? []), n]);
  });
  for (const edge of graph.edges) {
    const [from, to] = [byVariable[edge.from], byVariable[edge.to]];
    const readers = edge.operands.map((use) => use.step);
    const read = readers.flatMap((step) => book.step(step)?.inputs ?? []);
    const carries = from.variables.filter((v) => from.variables.length === 1 || read.includes(v));
    const text = [...new Set(carries.map((v) => shapeText(book.shape(v))))].filter(Boolean).join(", ");
    const points = edge.route.map(toPixels);
    const [begin, end] = points;
    if (points.length === 2) {
      // Straight past wider nodes of its own layer and of the one that it leads to; it turns between the layers.
      points.splice(1, 0, [Math.max(begin[0], edge.along ? 0 : right[from.node.layer]), begin[1]], [Math.min(end[0], left[to.node.layer]), end[1]]);
    }
    const wire: Wire = {
      number: wires.length,
      from,
      to,
      carries,
      readers,
      links: [...(links.get(`${edge.from} ${edge.to}`) ?? [])],
      along: edge.along ?? 0,
      points,
      label: { text, x: 0, y: 0, size: Math.min(LABEL, 44 / breadth(text)), hidden: !text },
    };
    wires.push(wire);
    from.out.push(wire);
    to.into.push(wire);
  }
  for (const [key, numbers] of links) {
    const [a, b] = key.split(" ").map((v) => byVariable[+v]);
    if (!a.out.some((wire) => wire.to === b)) past(a, b, numbers, new Map());
  }
  for (const { trunk, node } of boxes) if (trunk.length) trunk.splice(1, 0, [Math.max(trunk[0][0], right[node.layer]), trunk[0][1]]);
  placeLabels(wires);
  return { boxes, wires, layers, width: graph.width * WIDE + 2 * MARGIN, height: graph.height * HIGH + 2 * MARGIN, box, boxOf };
}

/** The link of an idiom leads past nodes that have no gradient of their own: its way back is drawn along them. */
function past(from: Box, to: Box, links: number[], known: Map<Box, boolean>): boolean {
  let found = known.get(from) ?? false;
  if (known.has(from)) return found;
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
export const inWords = (drawing: Drawing): string =>
  drawing.boxes
    .map(({ node: { name, operation, gradient_name }, shape, into }) =>
      [
        name,
        shape && ` (${shape.replace(/[()]/g, "")})`,
        operation && `: ${operation}`,
        into.length ? `, from ${into.map((w) => w.from.node.name).join(", ")}` : "",
        gradient_name && `; its gradient is ${gradient_name}`,
      ]
        .filter(Boolean)
        .join("") + ".",
    )
    .join(" ");

/** The levels of folding that are there, the finest first: nothing is folded in it. */
export function levelsOf(book: Book): { by: string; graph: Graph }[] {
  const sorted = [...book.document.folds].sort((a, b) => b.graph.nodes.length - a.graph.nodes.length);
  return [{ by: "nothing", graph: book.document.graph }, ...sorted];
}

/** The level to begin with: the finest that shows at most so many nodes, else the coarsest. */
export function firstLevel(levels: { by: string; graph: Graph }[], most = 60): string {
  return (levels.find((l) => l.graph.nodes.length <= most) ?? levels[levels.length - 1]).by;
}
