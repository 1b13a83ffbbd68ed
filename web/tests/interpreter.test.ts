// The interpreter's own laws: what is run again when numbers move. Values are held to NumPy's in tests/page.

import { describe, expect, it } from "vitest";
import type { Derivation, Entry, Form, Guard, Program, Step, Variable } from "../src/document/types";
import { Runner, sendBack, type NDArray } from "../src/interpreter/all";

type Told = { shape?: number[]; dtype?: string; face?: Form["face"]; data?: Entry[]; role?: Variable["role"] };
type Made = [primitive: string, inputs: number[], output: number, params?: Step["params"]];

/** A document of one Program: variables by number, then steps; the arguments are the inputs. */
function documentOf(told: Told[], made: Made[], more: Partial<Program> = {}): Derivation {
  const forms = told.map(({ shape = [], dtype = "float64", face = "array" }) => ({ shape, dtype, face }));
  const variables = told.map(({ data, role }, index) => ({ index, form: index, ...(data && { data }), ...(role && { role }) }));
  const steps = made.map(([primitive, inputs, output, params]) => ({ primitive, inputs, outputs: [output], ...(params && { params }) }));
  const inputs = told.flatMap(({ role }, i) => (role === "argument" ? [i] : []));
  const program = { name: "value_and_grad", inputs, outputs: [told.length - 1], variables, steps, split: steps.length };
  return {
    forms,
    programs: [{ ...program, primitives: [], runnable: true, obstacles: [], ...more }],
    links: [],
    vjps: [],
  } as unknown as Derivation;
}

const runnerOf = (document: Derivation): Runner => new Runner(document, document.programs[0]);
const numbers = (x: NDArray): number[] => [...x.data];
const argument = (data: Entry[], more: Told = {}): Told => ({ shape: [data.length], data, role: "argument", ...more });
const literal = (x: Entry, dtype = "float64"): Told => ({ data: [x], role: "literal", dtype, face: "python" });

/** c = a · b, d = c + a, e = Σ d */
const chain = (): Derivation =>
  documentOf(
    [argument([1, 2]), argument([10, 20]), { shape: [2] }, { shape: [2] }, {}],
    [
      ["multiply", [0, 1], 2],
      ["add", [2, 0], 3],
      ["sum", [3], 4, { axis: [0], keepdims: false }],
    ],
  );

describe("a Runner", () => {
  it("computes everything once it is made", () => {
    const runner = runnerOf(chain());
    expect(runner.obstacles).toEqual([]);
    expect(numbers(runner.values[2])).toEqual([10, 40]);
    expect(numbers(runner.values[4])).toEqual([53]);
  });

  it("begins with the numbers of the author's run, to the last bit", () => {
    const document = documentOf([argument([0.5]), { shape: [1], data: [0.47942553860420307] }], [["sin", [0], 1]]);
    const runner = runnerOf(document);
    expect(numbers(runner.values[1])).toEqual([0.47942553860420307]);
    runner.run();
    expect(numbers(runner.values[1])).toEqual([Math.sin(0.5)]);
  });

  it("computes what depends on an input that was set", () => {
    const runner = runnerOf(chain());
    runner.set(0, [3, 2]);
    expect(numbers(runner.values[4])).toEqual([53]);
    runner.run();
    expect(numbers(runner.values[4])).toEqual([75]);
  });

  it("runs only what depends on the changed variables", () => {
    const runner = runnerOf(chain());
    runner.values[2].data[0] = 1000;
    runner.runFrom(new Set([2]));
    expect(numbers(runner.values[3])).toEqual([1001, 42]);
    runner.run();
    expect(numbers(runner.values[3])).toEqual([11, 42]);
  });

  it("takes a constant that is set for an input from then on", () => {
    const document = documentOf([argument([1, 2]), { shape: [2], data: [5, 6], role: "captured" }, { shape: [2] }], [["add", [0, 1], 2]]);
    const runner = runnerOf(document);
    runner.set(1, [50, 60]);
    runner.run();
    expect(numbers(runner.values[2])).toEqual([51, 62]);
  });

  it("says what it does not know, and what is not in the document", () => {
    const unknown = documentOf([argument([1]), {}], [["conjure", [0], 1]]);
    expect(runnerOf(unknown).obstacles).toEqual(["conjure is not computed here"]);
    const summarised = documentOf([{ shape: [2], role: "argument" }, {}], [["sum", [0], 1]], {
      runnable: false,
      obstacles: ["data is too large to be written out"],
    });
    expect(runnerOf(summarised).obstacles).toEqual(["data is too large to be written out"]);
    const complex = documentOf([argument([1]), { dtype: "complex128" }], [["exp", [0], 1]]);
    expect(runnerOf(complex).obstacles).toEqual(["numbers of type complex128 are not computed here"]);
    const large = documentOf([argument(["9007199254740993"], { dtype: "int64" }), { dtype: "int64", shape: [1] }], [["negative", [0], 1]]);
    expect(runnerOf(large).obstacles).toEqual(["a whole number is too large to be exact here"]);
  });

  it("stops where there is no value, leaves nan behind, and goes on when there is one again", () => {
    const document = documentOf(
      [argument([2, 0, 0, 1], { shape: [2, 2] }), argument([4, 5]), { shape: [2] }, { shape: [2] }],
      [
        ["solve", [0, 1], 2],
        ["negative", [2], 3],
      ],
    );
    const runner = runnerOf(document);
    expect(numbers(runner.values[3])).toEqual([-2, -5]);
    runner.set(0, [1, 1, 1, 1]);
    runner.run();
    expect(runner.problem).toBe("the matrix is singular");
    expect(numbers(runner.values[3])).toEqual([NaN, NaN]);
    runner.set(0, [1, 0, 0, 1]);
    runner.run();
    expect(runner.problem).toBeNull();
    expect(numbers(runner.values[3])).toEqual([-4, -5]);
  });

  it("stops where Python would: its own numbers are not divided by 0", () => {
    const divided = (face: Form["face"]): Runner =>
      runnerOf(documentOf([argument([2], { shape: [], face }), literal(1), { face }], [["divide", [1, 0], 2]]));
    for (const [face, problem] of [["python", "Python has no number for divide(1, 0)"], ["scalar", null]] as const) {
      const runner = divided(face);
      expect(numbers(runner.values[2])).toEqual([0.5]);
      runner.set(0, [0]);
      runner.run();
      expect(runner.problem).toBe(problem);
      expect(numbers(runner.values[2])).toEqual([problem ? NaN : Infinity]);
    }
  });

  it("follows shapes that depend on values", () => {
    const document = documentOf(
      [argument([1, 0, 3]), { dtype: "int64", shape: [2] }, { shape: [2] }, {}],
      [
        ["flatnonzero", [0], 1],
        ["getitem", [0, 1], 2, { template: [["array", 0]] }],
        ["sum", [2], 3, { axis: [0], keepdims: false }],
      ],
    );
    const runner = runnerOf(document);
    expect(numbers(runner.values[2])).toEqual([1, 3]);
    runner.set(0, [1, 2, 3]);
    runner.run();
    expect(numbers(runner.values[2])).toEqual([1, 2, 3]);
    expect(runner.values[2].shape).toEqual([3]);
    expect(numbers(runner.values[3])).toEqual([6]);
  });

  it("never lets two variables share what one of them changes", () => {
    const document = documentOf(
      [argument([1, 2, 3, 4]), { shape: [2, 2] }, { shape: [2] }, { shape: [2, 2] }, { shape: [4] }],
      [
        ["reshape", [0], 1, { newshape: [2, 2] }],
        ["getitem", [1], 2, { template: [["int", 1]] }],
        ["setitem", [1, 2], 3, { template: [["int", 0]] }],
        ["reshape", [3], 4, { newshape: [-1] }],
      ],
    );
    const runner = runnerOf(document);
    expect(numbers(runner.values[4])).toEqual([3, 4, 3, 4]);
    expect(numbers(runner.values[0])).toEqual([1, 2, 3, 4]);
    runner.set(0, [1, 2, 7, 8]);
    runner.run();
    expect(numbers(runner.values[4])).toEqual([7, 8, 7, 8]);
  });
});

describe("numbers", () => {
  it("are rounded as the output's dtype is", () => {
    const single: Told = { shape: [1], dtype: "float32" };
    const runner = runnerOf(documentOf([argument([0.1], single), literal(3, "int64"), single], [["multiply", [0, 1], 2]]));
    runner.set(0, [0.1]);
    runner.run();
    expect(numbers(runner.values[2])).toEqual([Math.fround(Math.fround(0.1) * 3)]);
  });

  it("of Python's count as float32 beside float32 arrays", () => {
    const single: Told = { shape: [1], dtype: "float32" };
    const runner = runnerOf(documentOf([argument([Math.fround(0.1)], single), literal(0.1), { shape: [1], dtype: "bool" }], [["equal", [0, 1], 2]]));
    expect(numbers(runner.values[2])).toEqual([1]);
  });

  it("are never minus zero where they are whole", () => {
    const whole: Told = { shape: [1], dtype: "int64" };
    const runner = runnerOf(
      documentOf(
        [argument([0], whole), whole, { shape: [1] }, literal(1)],
        [
          ["negative", [0], 1],
          ["divide", [3, 1], 2],
        ],
      ),
    );
    expect(numbers(runner.values[2])).toEqual([Infinity]);
  });

  it("go round where a dtype ends, and stop the run where a double is not exact", () => {
    const small: Told = { shape: [2], dtype: "int8" };
    const runner = runnerOf(documentOf([argument([100, -100], small), small], [["add", [0, 0], 1]]));
    expect(numbers(runner.values[1])).toEqual([-56, 56]);
    const whole: Told = { shape: [1], dtype: "int64" };
    const told = { ...whole, data: ["1208925819614629174706176"] };
    const large = runnerOf(documentOf([argument([2 ** 40], whole), told], [["multiply", [0, 0], 1]]));
    expect(large.problem).toBe("a whole number is too large to be exact here");
    expect(numbers(large.values[1])).toEqual([NaN]);
  });
});

describe("a loop", () => {
  /** (x, y) becomes (y, x + k y), three times. */
  const body = {
    inputs: [0, 1, 2],
    outputs: [1, 4],
    variables: [0, 1, 2, 3, 4].map((index) => ({ index, form: 0 })),
    steps: [
      { primitive: "multiply", inputs: [2, 1], outputs: [3] },
      { primitive: "add", inputs: [0, 3], outputs: [4] },
    ],
  };
  const looped = (): Runner => {
    const document = documentOf([argument([1], { shape: [] }), argument([1], { shape: [] }), literal(2), {}, {}, {}], []);
    const loop = { primitive: "repeat", inputs: [0, 1, 2], outputs: [3, 4], body, trips: 3 };
    document.programs[0].steps = [loop, { primitive: "add", inputs: [3, 4], outputs: [5] }];
    return runnerOf(document);
  };

  it("carries its values from round to round", () => {
    const runner = looped();
    expect(runner.obstacles).toEqual([]);
    expect([3, 4, 5].map((i) => runner.values[i].data[0])).toEqual([7, 17, 24]);
    runner.set(0, [0]);
    runner.run();
    expect([3, 4, 5].map((i) => runner.values[i].data[0])).toEqual([5, 12, 17]);
  });

  it("can be part of a slice", () => {
    const runner = looped();
    const curve = runner.curve(0, 5);
    expect([curve(0), curve(1)]).toEqual([17, 24]);
    expect(runner.values[5].data[0]).toBe(24);
  });
});

describe("a slice", () => {
  it("moves one entry and leaves the Runner as it is", () => {
    const runner = runnerOf(chain());
    const slice = runner.slice(0, 3, 1);
    expect(numbers(slice(5))).toEqual([11, 105]);
    expect(numbers(slice(0))).toEqual([11, 0]);
    expect(numbers(runner.values[0])).toEqual([1, 2]);
    expect(numbers(runner.values[3])).toEqual([11, 42]);
  });

  it("holds all else as it is now", () => {
    const runner = runnerOf(chain());
    const curve = runner.curve(0, 4, 1);
    expect(curve(0)).toBe(11);
    runner.set(0, [2, 9]);
    runner.set(1, [100, 20]);
    runner.run();
    expect(curve(0)).toBe(202);
  });

  it("begins at any variable and holds the way around it", () => {
    const runner = runnerOf(chain());
    expect(runner.curve(2, 4)(0)).toBe(43);
    expect(runner.curve(2, 3, 0, 1)(0)).toBe(42);
  });

  it("of what does not depend on it is constant, and of itself is itself", () => {
    const runner = runnerOf(chain());
    expect(runner.curve(1, 0)(7)).toBe(1);
    expect(runner.curve(1, 1)(7)).toBe(7);
  });

  it("is nan where there is no value", () => {
    const document = documentOf([argument([1], { shape: [1, 1] }), argument([6]), { shape: [1] }], [["solve", [0, 1], 2]]);
    const curve = runnerOf(document).curve(0, 2);
    expect([curve(2), curve(0), curve(3)]).toEqual([3, NaN, 2]);
  });
});

describe("questions", () => {
  const asking = (guards: Guard[]): Derivation => {
    const document = chain();
    const [main] = document.programs;
    document.forms.push({ shape: [], dtype: "bool", face: "scalar" }, { shape: [], dtype: "float64", face: "python" });
    const variables = [
      { index: 5, form: 6, data: [50], role: "literal" as const },
      { index: 6, form: 5 },
    ];
    const steps = [...main.steps, { primitive: "greater", inputs: [4, 5], outputs: [6] }];
    document.programs.push({ ...main, name: "questions", continues: main.name, variables, steps, outputs: [6], guards });
    return document;
  };

  it("are answered as before until the answer is another", () => {
    const document = asking([{ variable: 6, outcome: true, text: "e > 50" }]);
    const runner = runnerOf(document);
    const questions = new Runner(document, document.programs[1], runner);
    expect(questions.answersChanged()).toEqual([]);
    for (const [data, changed] of [[[1.5, 2], 0], [[0, 1], 1], [[9, 9], 0]] as [number[], number][]) {
      runner.set(0, data);
      runner.run();
      questions.run();
      expect(questions.answersChanged()).toHaveLength(changed);
    }
  });

  it("can be asked alone, too", () => {
    const document = asking([{ variable: 6, outcome: true }]);
    const questions = new Runner(document, document.programs[1]);
    questions.set(0, [0, 0]);
    questions.run();
    expect(questions.answersChanged()).toHaveLength(1);
  });

  it("for a whole number are about that number", () => {
    const document = asking([{ variable: 4, outcome: 53, text: "int(e)" }]);
    const questions = new Runner(document, document.programs[1]);
    questions.set(0, [1.01, 2]);
    questions.run();
    expect(questions.answersChanged()).toEqual([]);
    questions.set(0, [2, 2]);
    questions.run();
    expect(questions.answersChanged()).toHaveLength(1);
  });
});

describe("a link", () => {
  it("sends an upstream gradient back, broadcast to the result's shape", () => {
    const document = chain();
    const forms = document.forms.length;
    document.forms.push({ shape: [2], dtype: "float64", face: "array" });
    document.vjps = [{ reads: 1, variables: [{ index: 2, form: forms }], steps: [{ primitive: "multiply", inputs: [0, 1], outputs: [2] }], share: 2 }];
    const link = { operand: 1, result: 2, vjp: 0, reads: [0] } as unknown as Derivation["links"][0];
    const { values } = runnerOf(document);
    const upstream = { data: Float64Array.of(10), shape: [], dtype: "float64" };
    expect(numbers(sendBack(document, link, upstream, values))).toEqual([10, 20]);
    expect(numbers(sendBack(document, link, { ...upstream, shape: [2], data: Float64Array.of(0, 1) }, values))).toEqual([0, 2]);
  });
});

describe("speed (a tenth of what is allowed here is used on a quiet machine)", () => {
  const quickest = (f: () => void): number => {
    let best = Infinity;
    for (let k = 0; k < 20; k++) {
      const start = performance.now();
      f();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };

  /** n steps on an array, one on the other. */
  const steps = (n: number, shape: number[]): Runner => {
    const size = shape.reduce((product, k) => product * k, 1);
    const start = argument(Array.from({ length: size }, (_, i) => i / size), { shape });
    const made = Array.from({ length: n }, (_, i): Made => [["tanh", "negative", "exp"][i % 3], [i], i + 1]);
    return runnerOf(documentOf([start, ...made.map(() => ({ shape }))], made));
  };

  it("a thousand steps on small arrays take less than 10 ms", () => {
    const runner = steps(1000, [4, 4]);
    expect(quickest(() => runner.run())).toBeLessThan(10);
  });

  it("a curve of 300 points over 50 steps takes less than 5 ms", () => {
    const curve = steps(50, []).curve(0, 50);
    const draw = (): void => {
      for (let i = 0; i < 300; i++) curve(i / 300);
    };
    expect(quickest(draw)).toBeLessThan(5);
  });
});
