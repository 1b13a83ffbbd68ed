import { describe, expect, it } from "vitest";
import type { Book } from "../src/document/book";
import { drawn, spotOf, unitAt, unitEntry, unitsOf } from "../src/model/network";

/** A network of 3 inputs and 4 units, y = tanh of a product that is written in some way; variables: 0 W, 1 x, 2 W.T, 3 product, 4 y. */
function bookOf(primitive: string, inputs: number[], shapes: number[][]): Book {
  const steps = [
    { primitive: "transpose", inputs: [0], outputs: [2] },
    { primitive, inputs, outputs: [3] },
    { primitive: "tanh", inputs: [3], outputs: [4] },
  ];
  const layers = [
    { size: 3, variable: 1, name: "x" },
    { size: 4, variable: 4, name: "y", weights: 0 },
  ];
  return {
    document: { network: { layers } },
    program: { steps, split: steps.length },
    shape: (v: number) => shapes[v],
    step: (v: number) => steps.find((s) => s.outputs[0] === v),
    of: () => undefined,
  } as unknown as Book;
}

const WAYS: [string, Book, (from: number, to: number) => number][] = [
  ["x @ W", bookOf("matmul", [1, 0], [[3, 4], [5, 3], [4, 3], [5, 4], [5, 4]]), (i, j) => 4 * i + j],
  ["x @ W.T", bookOf("matmul", [1, 2], [[4, 3], [5, 3], [3, 4], [5, 4], [5, 4]]), (i, j) => 3 * j + i],
  ["W @ x", bookOf("matmul", [0, 1], [[4, 3], [3, 5], [3, 4], [4, 5], [4, 5]]), (i, j) => 3 * j + i],
  ["W.T @ x", bookOf("matmul", [2, 1], [[3, 4], [3, 5], [4, 3], [4, 5], [4, 5]]), (i, j) => 4 * i + j],
  ["W @ one x", bookOf("matrix_vector", [0, 1], [[4, 3], [3], [3, 4], [4], [4]]), (i, j) => 3 * j + i],
];

describe.each(WAYS)("a layer made by %s", (_, book, entry) => {
  const layers = unitsOf(book);
  it("knows the weight on each wire", () => {
    for (let i = 0; i < 3; i++) for (let j = 0; j < 4; j++) expect(layers[1].wires!.entry(i, j)).toBe(entry(i, j));
  });
  it("finds each unit of each example, and back", () => {
    const shape = book.shape(4);
    const seen = new Set<number>();
    for (let example = 0; example < layers[1].examples; example++)
      for (let unit = 0; unit < 4; unit++) {
        const at = unitEntry(shape, layers[1].axis, 4, unit, example)!;
        expect(unitAt(shape, layers[1].axis, at)).toEqual([unit, example]);
        seen.add(at);
      }
    expect(seen.size).toBe(shape.reduce((a, b) => a * b, 1));
  });
  it("says which wire is looked at, and which unit", () => {
    expect(spotOf(book, layers, { variable: 0, entry: entry(2, 1) })).toEqual({ layer: 1, unit: 1, from: 2 });
    expect(spotOf(book, layers, { variable: 3, entry: unitEntry(book.shape(3), layers[1].axis, 4, 3, 0)! })).toMatchObject({ layer: 1, unit: 3 });
  });
});

it("draws all units of a small layer, and the ends of a large one", () => {
  expect(drawn(3)).toEqual([0, 1, 2]);
  expect(drawn(64)).toEqual([0, 1, 2, 3, 4, null, 62, 63]);
});

it("draws no wires where the shapes do not say which weight is which", () => {
  const book = bookOf("matmul", [1, 0], [[3, 7], [5, 3], [7, 3], [5, 7], [5, 4]]);
  expect(unitsOf(book)[1].wires).toBeNull();
});
