// The forward pass, re-run on memory of its own with a few numbers moved: what curves and surfaces are drawn from.

import type { Book } from "../document/book";
import type { Program } from "../document/types";
import { Runner } from "../interpreter/running";
import type { Picked, Values } from "./session.svelte";

/** Where values are known: the session. */
interface Known {
  known(variable: number): Values | null;
}

/** The forward pass without what is behind it. */
function forward(program: Program): Program {
  return { ...program, steps: program.steps.slice(0, program.split) };
}

/** Only the step that makes a variable, from what it reads as it is now. */
function alone(program: Program, target: number, session: Known): Program {
  const steps = program.steps.filter((step) => step.outputs.includes(target));
  const inputs = [...new Set(steps.flatMap((step) => step.inputs))];
  const variables = program.variables.map((v) => (inputs.includes(v.index) ? { ...v, data: Array.from(session.known(v.index)?.data ?? []) } : v));
  return { ...program, inputs, steps, split: 1, variables };
}

export class Rerun {
  readonly #runner: Runner;
  readonly #questions: Runner | null = null;
  readonly #inputs: number[];
  /** Would the code have taken another branch at the last numbers? */
  #elsewhere = false;

  /** The whole forward pass with its questions; or only the step that makes `target`, where a session says what it reads. */
  constructor(
    book: Book,
    readonly target = book.output,
    session?: Known,
  ) {
    const program = session ? alone(book.program, target, session) : forward(book.program);
    this.#inputs = [...program.inputs, ...program.variables.filter((v) => v.role === "captured").map((v) => v.index)];
    this.#runner = new Runner(book.document, program);
    const asked = session ? undefined : book.document.programs.find((p) => p.guards?.length);
    if (asked && !this.#runner.obstacles.length) this.#questions = new Runner(book.document, asked, this.#runner);
  }

  /** Why nothing can be drawn; null if it can. */
  get obstacle(): string | null {
    return this.#runner.obstacles[0] ?? null;
  }

  /** Takes over what the inputs are now. Has anything changed besides these numbers? */
  follow(session: Known, besides: Picked[]): boolean {
    let changed = false;
    for (const variable of this.#inputs) {
      const now = session.known(variable)?.data;
      const held = this.#runner.values[variable]?.data;
      if (!now || !held || now.length !== held.length) continue;
      for (let i = 0; i < now.length && !changed; i++)
        if (!Object.is(now[i], held[i]) && !besides.some((p) => p.variable === variable && p.entry === i)) changed = true;
      this.#runner.set(variable, now);
    }
    if (changed) this.#runner.run();
    return changed;
  }

  /** The result as a function of these numbers, all else held; nan where the code would take another branch. */
  along(picked: Picked[]): (...at: number[]) => number {
    const changed = new Set(picked.map((p) => p.variable));
    const held = new Map([...changed].map((v) => [v, Float64Array.from(this.#runner.values[v].data)]));
    const questions = this.#questions?.obstacles.length ? null : this.#questions;
    return (...at) => {
      picked.forEach((p, i) => (held.get(p.variable)![p.entry] = at[i]));
      for (const [variable, data] of held) this.#runner.set(variable, data);
      this.#runner.runFrom(changed);
      questions?.run();
      this.#elsewhere = !!questions && (questions.problem !== null || questions.answersChanged().length > 0);
      return this.#elsewhere || this.#runner.problem ? NaN : this.#runner.values[this.target].data[0];
    };
  }

  /** Does the code take the branches that were derived? */
  sameBranch(picked: Picked[]): (...at: number[]) => boolean {
    const f = this.along(picked);
    return (...at) => (f(...at), !this.#elsewhere);
  }

  /** Does the code ask anything that could be answered differently? */
  get asks(): boolean {
    return !!this.#questions;
  }
}
