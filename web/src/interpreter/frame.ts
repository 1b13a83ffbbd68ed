// A stretch of steps with the arrays that they read and make, ready to be run again and again.

import type { Body, Derivation, Form, Step, Variable } from "../document/types";
import { allocate, entry, isFloat, sameShape, sizeOf, TOO_LARGE, type NDArray } from "./array";
import { rounded, type Kernel } from "./kernel";
import { PRIMITIVES } from "./primitives";

/** An array without a value yet, of the kind that a variable has. */
export const blank = (form: Form): NDArray => ({
  data: new Float64Array(0),
  shape: [...form.shape],
  dtype: form.dtype,
  weak: form.face === "python",
});

/** The value that a variable has in the document, if it is written out. */
export function valueIn(document: Derivation, variable: Variable | undefined): NDArray | undefined {
  if (!variable?.data) return undefined;
  const found = blank(document.forms[variable.form]);
  // Only whole numbers that a double cannot hold are written as text.
  if (!isFloat(found.dtype) && variable.data.some((x) => typeof x === "string")) throw new Error(TOO_LARGE);
  return { ...found, data: Float64Array.from(variable.data, entry) };
}

/** The forms of variables, by number; constants get their values. */
export function formsOf(document: Derivation, variables: Variable[], values: NDArray[]): Map<number, Form> {
  const forms = new Map<number, Form>();
  for (const v of variables) {
    forms.set(v.index, document.forms[v.form]);
    const value = CONSTANT.has(v.role) && !values[v.index] && valueIn(document, v);
    if (value) values[v.index] = value;
  }
  return forms;
}

const CONSTANT = new Set<string | undefined>(["captured", "created", "drawn", "literal"]);

/** A step, what it reads and makes, and how; the kernel is made when the step is first run. */
interface Bound {
  step: Step;
  operands: NDArray[];
  outs: NDArray[];
  kernel: Kernel | null;
  /** The memory of the outputs when the kernels that read them were made. */
  seen: Float64Array[];
}

/** With Python's own numbers these end in an error where NumPy gives inf or nan. */
const STRICT = new Set(["divide", "floor_divide", "power", "exp", "expm1", "log", "log1p", "sqrt", "gamma", "gammaln"]);

export class Frame {
  /** Grows when an array gets other memory: kernels of others that read it have to be made anew. */
  generation = 0;
  readonly #bound: Bound[] = [];
  readonly #readers = new Map<number, number[]>();
  /** The step that is run. */
  #at = 0;
  readonly #document: Derivation;
  /** The value that a primitive had for a step's operands in the watched run. */
  readonly #recorded: (step: Step, primitive: string) => NDArray | undefined;
  /** Some of the steps, with other values. */
  readonly part: (steps: Step[], values: NDArray[]) => Frame;

  /**
   * `values` holds what is given; what the steps make is added to it.
   * `recorded` is the watched value of a variable, where it is known.
   */
  constructor(
    document: Derivation,
    steps: Step[],
    forms: Map<number, Form>,
    readonly values: NDArray[],
    recorded: (variable: number) => NDArray | undefined = () => undefined,
  ) {
    this.part = (some, others) => new Frame(document, some, forms, others, recorded);
    this.#recorded = (step, primitive) => {
      const same = primitive === step.primitive ? step : steps.find((s) => s.primitive === primitive && s.inputs.join() === step.inputs.join());
      return same && recorded(same.outputs[0]);
    };
    this.#document = document;
    steps.forEach((step, n) => {
      const operands = step.inputs.map((i) => values[i] ?? missing(i));
      const outs = step.outputs.map((i) => (values[i] = blank(forms.get(i) ?? missing(i))));
      this.#bound.push({ step, operands, outs, kernel: null, seen: [] });
      for (const i of step.inputs) {
        const readers = this.#readers.get(i);
        if (readers) readers.push(n);
        else this.#readers.set(i, [n]);
      }
    });
  }

  /** Runs these steps, in order; all, if none are named. */
  run(which?: number[]): void {
    const count = which ? which.length : this.#bound.length;
    for (let k = 0; k < count; k++) {
      this.#at = which ? which[k] : k;
      const one = this.#bound[this.#at];
      if (!one.kernel) one.kernel = this.#kernel(one);
      one.kernel();
      for (let o = 0; o < one.outs.length; o++)
        if (one.outs[o].data !== one.seen[o]) {
          if (one.seen[o]) this.forget(one.step.outputs[o]);
          this.generation++;
          one.seen[o] = one.outs[o].data;
        }
    }
  }

  /** Kernels that read a variable are made anew when they are next run: its memory or its shape is another. */
  forget(variable: number): void {
    for (const n of this.#readers.get(variable) ?? []) this.#bound[n].kernel = null;
  }

  forgetAll(): void {
    for (const one of this.#bound) one.kernel = null;
  }

  /** The run has stopped at a step: what it makes is nan, and what the steps behind it make. */
  stopped(which?: number[]): void {
    const from = this.#at;
    for (const n of which ?? this.#bound.keys()) {
      if (n < from) continue;
      const one = this.#bound[n];
      for (const out of one.outs) allocate(out, out.shape).fill(NaN); // new memory: the old may be an operand's
      one.kernel = null;
      this.generation++;
    }
  }

  #kernel({ step, operands, outs }: Bound): Kernel {
    if (step.body) return this.#loop(step, step.body, operands, outs);
    const maker = PRIMITIVES[step.primitive];
    if (!maker) throw new Error(`${step.primitive} is not computed here`);
    const [out] = outs;
    const kernel = rounded(maker({ operands, params: step.params ?? {}, out, recorded: (primitive) => this.#recorded(step, primitive) }), out);
    if (!out.weak || !STRICT.has(step.primitive)) return kernel;
    return () => {
      kernel();
      if (!Number.isFinite(out.data[0]) && operands.every((x) => Number.isFinite(x.data[0])))
        throw new Error(`Python has no number for ${step.primitive}(${operands.map((x) => x.data[0]).join(", ")})`);
    };
  }

  /** The body has a frame of its own; what is carried is copied from round to round. */
  #loop(step: Step, body: Body, operands: NDArray[], outs: NDArray[]): Kernel {
    const values: NDArray[] = [];
    const forms = formsOf(this.#document, body.variables, values);
    body.inputs.forEach((i, k) => (values[i] = k < outs.length ? blank(forms.get(i)!) : operands[k]));
    const frame = new Frame(this.#document, body.steps, forms, values);
    const carry = (from: NDArray[], to: NDArray[], inside: boolean): void => {
      const copies = from.map((x) => x.data.slice());
      to.forEach((x, k) => {
        if (x.data.length !== copies[k].length || !sameShape(x.shape, from[k].shape)) {
          allocate(x, [...from[k].shape]);
          if (inside) frame.forget(body.inputs[k]);
        }
        x.data.set(copies[k]);
      });
    };
    const carried = body.inputs.slice(0, outs.length).map((i) => values[i]);
    const made = body.outputs.map((i) => values[i]);
    return () => {
      carry(operands.slice(0, outs.length), carried, true);
      for (let trip = 0; trip < (step.trips ?? 0); trip++) {
        frame.run();
        carry(made, carried, true);
      }
      carry(carried, outs, false);
    };
  }
}

/** The steps that depend on any of these variables, by number, in order; only those that `wanted` needs, if told. */
export function following(steps: Step[], changed: Iterable<number>, wanted?: number[]): number[] {
  const moving = new Set(changed);
  const found = steps.flatMap((step, n) => {
    if (!step.inputs.some((i) => moving.has(i))) return [];
    for (const i of step.outputs) moving.add(i);
    return [n];
  });
  if (wanted === undefined) return found;
  const needed = new Set(wanted);
  const back = found.reverse().filter((n) => {
    if (!steps[n].outputs.some((i) => needed.has(i))) return false;
    for (const i of steps[n].inputs) needed.add(i);
    return true;
  });
  return back.reverse();
}

function missing(variable: number): never {
  throw new Error(`variable ${variable} has no value`);
}

/** An array broadcast to a shape, written out. */
export function spreadOut(x: NDArray, shape: number[]): NDArray {
  if (sameShape(x.shape, shape)) return x;
  const out: NDArray = { ...x };
  const kernel = PRIMITIVES.broadcast_to!({ operands: [x], params: { newshape: shape }, out, recorded: () => undefined });
  kernel();
  return sizeOf(shape) === out.data.length ? out : missing(-1);
}
