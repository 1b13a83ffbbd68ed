// The network that the document names, ready to be drawn: where its units' numbers stand, and which weight each wire is.

import type { Book } from "../document/book";
import type { Layer } from "../document/types";
import { sizeOf } from "./broadcast";
import { entryAt } from "./matrix";
import type { Focus } from "./session.svelte";

/** The wires that lead to a layer. */
export interface Wires {
  weights: number;
  /** The weighted sums, before anything is added; and with the biases, where there are some. */
  product: number;
  sum: number;
  bias?: number;
  /** The units that the wires lead to: all but the constant ones. */
  to: number[];
  /** The weight between a unit of the layer before and a place in `to`. */
  entry(from: number, to: number): number;
}

export interface Units {
  layer: Layer;
  /** Which axis of its variable counts the units, from the end: 1 where a row is an example, 2 where a column is one. */
  axis: number;
  examples: number;
  /** None for the first layer, and where the drawing cannot tell which weight is which. */
  wires: Wires | null;
}

const FEW = 12;

/** Units that are drawn: all, or the first, a gap (null), and the last. */
export function drawn(size: number): (number | null)[] {
  return size <= FEW ? [...Array(size).keys()] : [0, 1, 2, 3, 4, null, size - 2, size - 1];
}

/** The entry that a unit has for an example, in an array that counts units along an axis from the end; null where there is none. */
export function unitEntry(shape: number[], axis: number, units: number, unit: number, example: number): number | null {
  const place = Math.max(0, shape.length - axis);
  if ((shape[place] ?? 1) !== units) return null;
  const inner = sizeOf(shape.slice(place + 1));
  const many = units ? sizeOf(shape) / units : 0;
  if (many === 1) example = 0;
  return example < many ? (Math.floor(example / inner) * units + unit) * inner + (example % inner) : null;
}

/** Unit and example of an entry: the other way round. */
export function unitAt(shape: number[], axis: number, entry: number): [number, number] {
  const place = Math.max(0, shape.length - axis);
  const inner = sizeOf(shape.slice(place + 1));
  const units = shape[place] ?? 1;
  return [Math.floor(entry / inner) % units, Math.floor(entry / inner / units) * inner + (entry % inner)];
}

/** A unit, or one of the wires that lead to it; and the example, where one is meant. */
export interface Spot {
  layer: number;
  unit: number;
  from?: number;
  example?: number;
}

/** What a reader looks at, as a part of the drawing. */
export function spotOf(book: Book, layers: Units[], focus: Focus | null): Spot | null {
  for (const [n, { layer, axis, examples, wires }] of layers.entries()) {
    const arrays = wires ? [layer.variable, wires.sum, wires.product] : [layer.variable];
    for (const variable of arrays) {
      const entry = entryAt(book, focus, variable);
      if (entry === null) continue;
      const [unit, example] = unitAt(book.shape(variable), axis, entry);
      return { layer: n, unit: variable === layer.variable ? unit : wires!.to[unit], example: examples > 1 ? example : undefined };
    }
    const weight = wires && entryAt(book, focus, wires.weights);
    if (wires && weight !== null)
      for (const [k, unit] of wires.to.entries())
        for (let from = 0; from < layers[n - 1].layer.size; from++) if (wires.entry(from, k) === weight) return { layer: n, unit, from };
  }
  return null;
}

/** The layers, with the products that lead from one to the next. */
export function unitsOf(book: Book): Units[] {
  const layers = book.document.network?.layers ?? [];
  const steps = book.program.steps.slice(0, book.program.split);
  let next = 0;
  /** For each layer but the first: the product with its weights, which operand they are, and how often they were transposed. */
  const products = layers.map((layer) => {
    if (layer.weights === undefined) return null;
    for (let n = next; n < steps.length; n++) {
      if (!["matmul", "matrix_vector", "vector_matrix"].includes(steps[n].primitive)) continue;
      for (const operand of [1, 0]) {
        let base = steps[n].inputs[operand];
        let turns = 0;
        for (let step = book.step(base); base !== layer.weights && step?.primitive === "transpose"; step = book.step(base), turns++) base = step.inputs[0];
        if (base !== layer.weights) continue;
        next = n + 1;
        return { step: steps[n], operand, turned: turns % 2 === 1 };
      }
    }
    return null;
  });
  return layers.map((layer, n) => {
    const incoming = products[n];
    const axis = (products[n + 1] ?? incoming)?.operand === 0 && book.shape(layer.variable).length > 1 ? 2 : 1;
    const examples = layer.size ? sizeOf(book.shape(layer.variable)) / layer.size : 0;
    return { layer, axis, examples, wires: incoming && wiresOf(book, layer, layers[n - 1], incoming.step.outputs[0], incoming.operand === 0, incoming.turned) };
  });
}

function wiresOf(book: Book, layer: Layer, before: Layer, product: number, first: boolean, turned: boolean): Wires | null {
  const [rows, columns] = book.shape(layer.weights!);
  const acrossRows = first !== turned; // a row of the weights leads to one unit
  const to = [...Array(layer.size).keys()].filter((unit) => layer.size === (acrossRows ? rows : columns) || !layer.ones?.includes(unit));
  if (to.length !== (acrossRows ? rows : columns) || before.size !== (acrossRows ? columns : rows)) return null;
  const added = layer.bias === undefined ? undefined : book.program.steps.find((step) => step.primitive === "add" && step.inputs.includes(product));
  return {
    weights: layer.weights!,
    product,
    sum: added?.outputs[0] ?? product,
    bias: layer.bias,
    to,
    entry: acrossRows ? (a, b) => b * columns + a : (a, b) => a * columns + b,
  };
}
