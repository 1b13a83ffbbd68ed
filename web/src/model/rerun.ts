// The forward pass, re-run on memory of its own with a few numbers moved: what curves and surfaces are drawn from.

import type { Book } from "../document/book";
import type { Derivation, Program } from "../document/types";
import { Runner, sendBack, type NDArray } from "../interpreter";
import type { Picked, Values } from "./session.svelte";

/** Where values are known: the session. */
interface Known {
  known(variable: number): Values | null;
}

/** A stretch of a Program: these steps, from what they read. */
function part(program: Program, targets: number[] | null): Program {
  const steps = program.steps.slice(0, program.split).filter((s) => !targets || s.outputs.some((o) => targets.includes(o)));
  const made = new Set(steps.flatMap((s) => s.outputs));
  const read = [...new Set(steps.flatMap((s) => s.inputs))].filter((i) => !made.has(i));
  const given = new Set([...(targets ? read : program.inputs), ...read]);
  return { ...program, inputs: [...given], steps, split: steps.length };
}

/** Values of the document that stay what they are unless an input is moved. */
export class Rerun {
  private readonly document: Derivation;
  private readonly runner: Runner;
  private readonly questions: Runner | null = null;
  private readonly inputs: number[];

  /** The whole forward pass with its questions, or only the step that makes `target`. */
  constructor(
    book: Book,
    readonly target = book.output,
    alone = false,
  ) {
    this.document = book.document;
    const program = part(book.program, alone ? [target] : null);
    this.inputs = program.inputs;
    this.runner = new Runner(book.document, program);
    const asked = alone ? undefined : book.document.programs.find((p) => p.guards?.length);
    if (asked && !this.runner.obstacles.length) this.questions = new Runner(book.document, asked, this.runner);
  }

  /** Why nothing can be drawn; null if it can. */
  get obstacle(): string | null {
    return this.runner.obstacles[0] ?? null;
  }

  /** Takes over what the inputs are now. Has anything changed besides these numbers? */
  follow(session: Known, besides: Picked[]): boolean {
    let changed = false;
    for (const variable of this.inputs) {
      const now = session.known(variable)?.data;
      const held = this.runner.values[variable]?.data;
      if (!now || !held || now.length !== held.length) continue;
      for (let i = 0; i < now.length && !changed; i++)
        if (!Object.is(now[i], held[i]) && !besides.some((p) => p.variable === variable && p.entry === i)) changed = true;
      this.runner.set(variable, now);
    }
    if (changed) this.runner.run();
    return changed;
  }

  /** The result as a function of these numbers, all else held. */
  along(picked: Picked[]): (...at: number[]) => number {
    const changed = new Set(picked.map((p) => p.variable));
    const held = new Map([...changed].map((v) => [v, Float64Array.from(this.runner.values[v].data)]));
    return (...at) => {
      picked.forEach((p, i) => (held.get(p.variable)![p.entry] = at[i]));
      for (const [variable, data] of held) this.runner.set(variable, data);
      this.runner.runFrom(changed);
      return this.runner.problem ? NaN : this.runner.values[this.target].data[0];
    };
  }

  /** Would the code take the same branches there? Null where it asks nothing that these numbers could change. */
  sameBranch(picked: Picked[]): ((...at: number[]) => boolean) | null {
    const questions = this.questions;
    if (!questions || questions.obstacles.length) return null;
    const f = this.along(picked);
    return (...at) => {
      f(...at);
      questions.run();
      return !questions.problem && !questions.answersChanged().length;
    };
  }
}

/** The slope of a step by one operand, now: what comes back over the links for an upstream gradient of 1, added up. */
export function slopeOver(session: Known & { book: Book }, links: number[]): number {
  const { document } = session.book;
  const values: NDArray[] = [];
  const arrayOf = (variable: number): void => {
    const known = session.known(variable);
    if (known) values[variable] = { data: Float64Array.from(known.data), shape: known.shape, dtype: session.book.form(variable).dtype };
  };
  let sum = 0;
  for (const number of links) {
    const link = document.links[number];
    for (const variable of [link.result, ...link.reads]) arrayOf(variable);
    const one: NDArray = { data: Float64Array.of(1), shape: [], dtype: "float64" };
    sum += sendBack(document, link, one, values).data.reduce((a, b) => a + b, 0);
  }
  return sum;
}

/** One entry of an array whose shape may be one that broadcasts to `shape`. */
export function entryOf(values: Values, entry: number, shape: number[]): number {
  let at = 0;
  let stride = 1;
  for (let axis = shape.length - 1, own = values.shape.length - 1; axis >= 0; axis--, own--) {
    const place = entry % shape[axis];
    entry = Math.floor(entry / shape[axis]);
    if (own < 0) continue;
    if (values.shape[own] !== 1) at += place * stride;
    stride *= values.shape[own];
  }
  return values.data[at];
}
