import { describe, expect, it } from "vitest";
import { Book } from "../src/document/book";
import type { Derivation } from "../src/document/types";
import { drawingOf, firstLevel, inWords, shapeText } from "../src/model/graph";
import { cellOf, curve, nodeSvg, saying, stretch, wiresSvg } from "../src/model/graph-svg";

/** x → k → L, x also straight to L; c is a constant of 2 × 3. */
function small(): Book {
  const node = (variable: number, name: string, role: string, layer: number, x: number, more = {}) => ({ variable, name, role, layer, x, y: 5, width: 10, height: 5, ...more });
  const forms = [{ shape: [4, 3], dtype: "float64", face: "array" }, { shape: [], dtype: "float64", face: "scalar" }, { shape: [2, 3], dtype: "float64", face: "array" }];
  const step = (outputs: number[], inputs: number[]) => ({ primitive: "f", inputs, outputs, params: {} });
  return new Book({
    format: "whygrad derivation",
    function: { name: "f", symbol: "L", d: "∂" },
    forms,
    programs: [
      {
        name: "value_and_grad",
        outputs: [4, 9],
        variables: [
          { index: 0, form: 0, name: "x<", gradient: 9 },
          { index: 1, form: 2, name: "c" },
          { index: 2, form: 0, name: "k", gradient: 8 },
          { index: 3, form: 0 },
          { index: 4, form: 1, name: "L" },
          { index: 8, form: 0, of: 2 },
          { index: 9, form: 0, of: 0 },
        ],
        steps: [step([2], [0, 1]), step([3], [2]), step([4], [3, 0]), step([8], []), step([9], [8])],
      },
    ],
    spans: [],
    forward: [
      { target: 2, name: "k", code: "", covers: [2], formula: {} },
      { target: 4, name: "L", code: "", covers: [3, 4], formula: {} },
    ],
    backward: [
      { target: 8, name: "dk", code: "", covers: [8], of: 2, formula: {} },
      { target: 7, name: "dx", code: "", covers: [7], formula: {} },
      { target: 9, name: "dx", code: "", covers: [9], of: 0, formula: {} },
    ],
    links: [
      { operand: 3, result: 4, local: "1" },
      { operand: 2, result: 3, local: "2" },
      { operand: 0, result: 4, local: "3" },
      { operand: 0, result: 2, local: "4" },
    ],
    graph: {
      width: 50,
      height: 10,
      nodes: [
        node(0, "x<", "argument", 0, 5, { gradient: 9, gradient_name: "∂L/∂x", trunk: [[10, 5], [17, 9], [27, 9]] }),
        node(1, "c", "captured", 0, 5),
        node(2, "k", "step", 1, 22, { operation: "f(x, c)", gradient: 8, gradient_name: "∂L/∂k" }),
        node(4, "L", "output", 2, 40),
      ],
      edges: [
        { from: 0, to: 2, operands: [{ step: 2, operand: "x" }], route: [[10, 5], [17, 4]] },
        { from: 1, to: 2, operands: [{ step: 2, operand: "c" }], route: [[10, 5], [17, 6]] },
        { from: 2, to: 4, operands: [{ step: 3, operand: "x" }], route: [[27, 5], [35, 4]] },
        { from: 0, to: 4, along: 2, operands: [{ step: 4, operand: "y" }], route: [[27, 9], [35, 6]] },
      ],
    },
  } as unknown as Derivation);
}
const drawn = () => drawingOf(small(), small().document.graph);
const state = { single: false, computed: true, value: null, returned: false, gradient: null, at: "", lit: "" };

describe("the graph's drawing", () => {
  it("gives a wire the links inside the line that it leads to, and none where no gradient comes back", () => {
    expect(drawn().wires.map((w) => w.links)).toEqual([[3], [], [1], [2]]);
  });
  it("leads a link past nodes without a gradient along their wires", () => {
    const book = small();
    const k = book.document.graph.nodes[2];
    delete k.gradient;
    book.document.links.splice(0, 4, { operand: 0, result: 4 } as never);
    book.document.graph.edges.splice(3, 1);
    expect(drawingOf(book, book.document.graph).wires.map((w) => w.links)).toEqual([[0], [], [0]]);
  });
  it("finds the box of an unnamed variable, of a gradient, and of a part of one", () => {
    const drawing = drawn();
    expect([3, 8, 9, 7].map((v) => drawing.box(v)?.node.name)).toEqual(["L", "k", "x<", "x<"]);
  });
  it("knows when gradients are there", () => {
    expect([2, 0, 1].map((v) => small().returnsAt(v))).toEqual([2, 4, undefined]);
  });
  it("labels every wire with the shape of what it carries, each in a place of its own", () => {
    const labels = drawn().wires.map((w) => w.label);
    expect(labels.map((l) => l.text)).toEqual(["4×3", "2×3", "4×3", "4×3"]);
    expect(new Set(labels.filter((l) => !l.hidden).map((l) => `${l.x} ${l.y}`)).size).toBe(labels.filter((l) => !l.hidden).length);
  });
  it("tells in words what is made from what", () => {
    expect(inWords(drawn())).toContain("k (4×3): f(x, c), from x<, c; its gradient is ∂L/∂k.");
  });
  it("writes names so that they stay text", () => {
    expect(nodeSvg(drawn().boxes[0], state)).toContain(">x&#60;<");
  });
  it("never shows a number that is not computed", () => {
    const box = drawn().boxes[2];
    const value = { data: new Float64Array(12).fill(1), shape: [4, 3] };
    expect(nodeSvg(box, { ...state, computed: false })).toContain("···");
    expect(nodeSvg(box, { ...state, value })).toContain("cell positive");
    expect(saying(box, { ...state, computed: false })).toBe("k, 4×3, f(x, c), ∂L/∂k; not computed yet, gradient not computed yet");
  });
  it("draws a gradient's way back only where it came back", () => {
    const { boxes, wires } = drawn();
    const none = { carried: () => true, returned: () => false, strong: () => false };
    expect(wiresSvg(boxes, wires, 0, 400, none, false)).not.toContain("back");
    const svg = wiresSvg(boxes, wires, 0, 400, { ...none, returned: (w) => w.links.length > 0 }, true);
    expect(svg.match(/wire back"/g)).toHaveLength(4); // three wires and a trunk
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

describe("curves", () => {
  it("are level along layers and bent between them", () => {
    expect(curve([[0, 0], [10, 0], [20, 8]], 1, 2, 4)).toBe("M2 1H10C15 1 15 9 16 9");
    expect(curve([])).toBe("");
  });
  it("stretch no further than to where the last wire leaves, and no further than is seen", () => {
    const trunk: [number, number][] = [[0, 0], [0, 0], [10, 0], [20, 0], [30, 0], [40, 0]];
    expect(stretch(trunk, 2, -Infinity, Infinity)).toEqual(trunk.slice(0, 4));
    expect(stretch(trunk, 4, 22, 25)).toEqual([[20, 0], [30, 0]]);
    expect(stretch(trunk, -2, -Infinity, Infinity)).toEqual([]);
  });
});

describe("strips", () => {
  it("are there for small arrays only", () => {
    expect(cellOf([4, 4], 80)).toBeGreaterThan(0);
    expect(cellOf([100, 100], 80)).toBe(0);
  });
  it("show that a number is nan, and are empty for an empty array", () => {
    const box = drawn().boxes[2];
    expect(nodeSvg(box, { ...state, value: { data: [1, NaN, -1], shape: [3] } })).toContain("cell wild");
    expect(nodeSvg(box, { ...state, value: { data: [], shape: [0] } })).not.toMatch(/NaN|Infinity|"cell/);
  });
});

it("writes shapes as NumPy has them, where they are no product", () => {
  expect([[4, 3], [3], []].map(shapeText)).toEqual(["4×3", "(3,)", ""]);
});

it("begins with the finest level that shows few enough nodes", () => {
  const level = (by: string, many: number) => ({ by, graph: { nodes: Array(many), edges: [], width: 0, height: 0 } });
  expect(firstLevel([level("nothing", 60)])).toBe("nothing");
  expect(firstLevel([level("nothing", 90), level("round", 40), level("loop", 9)])).toBe("round");
  expect(firstLevel([level("nothing", 900), level("round", 400)])).toBe("round");
});
