// Programs of a document, run again for other inputs.

import type { Derivation, Guard, Link, Program, Step, Variable } from "../document/types";
import { isFloat, rounding, type NDArray } from "./array";
import { following, formsOf, Frame, spreadOut, valueIn } from "./frame";
import { answer, sameAnswer } from "./questions";
import { PRIMITIVES } from "./primitives";

export class Runner {
  /** By variable number. What is given comes from the document, all else is computed. */
  readonly values: NDArray[] = [];
  /** Why it cannot be run; empty if it can. */
  readonly obstacles: string[];
  /** Why the last run stopped; what depends on the step where it did is nan. */
  problem: string | null = null;

  readonly #frame: Frame | null = null;
  /** All steps behind the values: those of the Program that this one continues, then its own. */
  readonly #before?: Runner;
  readonly #steps: Step[] = [];
  readonly #own: number = 0;
  readonly #followers = new Map<string, number[]>();
  readonly #moving: Set<number>;
  readonly #answers: Float64Array[] = [];
  /** Grows with each run. */
  #runs = 0;

  /**
   * `before` runs the Program that this one continues: its values are shared, and what it computes is not computed
   * again, so it has to be run first.
   */
  constructor(
    document: Derivation,
    readonly program: Program,
    before?: Runner,
  ) {
    this.#before = before;
    const earlier = document.programs.filter((p) => p.name === program.continues);
    const variables = [...earlier, program].flatMap((p) => [...p.variables, ...(p.core?.variables ?? [])]);
    const byIndex = new Map(variables.map((v) => [v.index, v]));
    const recorded = (i: number): NDArray | undefined => {
      try {
        return valueIn(document, byIndex.get(i));
      } catch {
        return undefined; // whole numbers that are too large; the run stops there, too
      }
    };
    if (before) this.values = before.values;
    const steps = written(program).filter((step) => !before || step.outputs.some((i) => !this.values[i]));
    this.#moving = before ? before.#moving : new Set(program.inputs);
    this.obstacles = obstaclesOf(program, steps, byIndex, document);
    if (this.obstacles.length) return;
    try {
      for (const i of program.inputs) {
        const value = this.values[i] ?? valueIn(document, byIndex.get(i));
        if (value) this.values[i] = value;
      }
      this.#frame = new Frame(document, steps, formsOf(document, variables, this.values), this.values, recorded);
    } catch (error) {
      this.obstacles = [textOf(error)];
      return;
    }
    const earlierSteps = before ? before.#steps : [];
    this.#own = earlierSteps.length;
    this.#steps = [...earlierSteps, ...steps];
    this.#go();
    // Whole numbers and truth values may be told by the document: they are the same to the last bit.
    this.#answers = (program.guards ?? []).map((guard) => {
      const now = this.values[guard.variable];
      return answer(guard, (!isFloat(now.dtype) && recorded(guard.variable)) || now);
    });
    // Until something is moved, the numbers are those of the author's run to the last bit.
    for (const i of steps.flatMap((step) => step.outputs)) {
      const value = recorded(i);
      if (value?.data.length === this.values[i].data.length) this.values[i].data.set(value.data);
    }
  }

  /** Sets an input or a constant; what depends on it is computed by the next run. */
  set(variable: number, data: ArrayLike<number>): void {
    const value = this.values[variable];
    if (data.length !== value.data.length) throw new Error(`variable ${variable} has ${value.data.length} numbers, not ${data.length}`);
    value.data.set(data);
    rounding(value.dtype)?.(value.data);
    this.#moving.add(variable);
  }

  /** Computes everything that depends on inputs, and on constants that were set. */
  run(): void {
    this.runFrom(this.#moving);
  }

  /** Computes only what depends on these variables. */
  runFrom(changed: Set<number>): void {
    // After a run that stopped, what it left out is computed, too.
    if (this.problem) this.#go();
    else if (this.#frame) this.#go(this.#following(changed));
  }

  get #generation(): number {
    return this.#frame!.generation + (this.#before ? this.#before.#generation : 0);
  }

  #following(changed: Set<number>): number[] {
    const key = [...changed].sort((a, b) => a - b).join();
    let found = this.#followers.get(key);
    if (!found) {
      found = following(this.#steps, changed).flatMap((n) => (n < this.#own ? [] : [n - this.#own]));
      this.#followers.set(key, found);
    }
    return found;
  }

  #go(which?: number[]): void {
    this.#runs++;
    this.problem = null;
    try {
      this.#frame?.run(which);
    } catch (error) {
      this.problem = textOf(error);
      this.#frame!.stopped(which);
    }
  }

  /** The guards whose questions are answered differently now than in the watched run. */
  answersChanged(values = this.values): Guard[] {
    return (this.program.guards ?? []).filter((guard, n) => !sameAnswer(answer(guard, values[guard.variable]), this.#answers[n]));
  }

  /**
   * How other values depend on a few numbers, all else held: only the steps between are run, on memory of their own; only
   * the step that makes the value, if it is asked for `alone`. The values, by variable number, are written over by the next call.
   */
  along(picked: { variable: number; entry: number }[], to: number[], alone = false): (...at: number[]) => NDArray[] {
    const values = this.values.slice();
    const moved = new Map(picked.map(({ variable }) => [variable, (values[variable] = { ...this.values[variable], data: new Float64Array(0) })]));
    const steps = alone ? written({ ...this.program, steps: this.program.steps.filter((step) => step.outputs.includes(to[0])) }) : this.#steps;
    const frame = this.#frame!.part(following(steps, moved.keys(), to).map((n) => steps[n]), values);
    let runs = -1;
    let generation = -1;
    return (...at) => {
      if (runs !== this.#runs) {
        // What is held has other values now, and so have the other entries.
        runs = this.#runs;
        for (const [variable, mine] of moved) {
          const { data, shape } = this.values[variable];
          if (data.length === mine.data.length) mine.data.set(data);
          else {
            Object.assign(mine, { data: data.slice(), shape });
            frame.forget(variable);
          }
        }
      }
      if (generation !== this.#generation) {
        generation = this.#generation;
        frame.forgetAll();
      }
      picked.forEach(({ variable, entry }, i) => (values[variable].data[entry] = at[i]));
      for (const mine of moved.values()) rounding(mine.dtype)?.(mine.data);
      try {
        frame.run();
      } catch {
        frame.stopped(); // no value there: nan
      }
      return values;
    };
  }

  /** The same for one number and one value. */
  slice(from: number, to: number, entry = 0): (x: number) => NDArray {
    const run = this.along([{ variable: from, entry }], [to]);
    return (x) => run(x)[to];
  }

  /** The same for one entry of `to`. */
  curve(from: number, to: number, entry = 0, of = 0): (x: number) => number {
    const slice = this.slice(from, to, entry);
    return (x) => slice(x).data[of];
  }
}

/** What comes back over a link for an upstream gradient; it may be smaller than the operand, and broadcasts to it. */
export function sendBack(document: Derivation, link: Link, upstream: NDArray, values: NDArray[]): NDArray {
  return wayBack(document, link, spreadOut(upstream, values[link.result].shape), values)();
}

/** The same, made once for one memory of the upstream gradient, to be run for one gradient after the other in it. */
export function wayBack(document: Derivation, link: Link, upstream: NDArray, values: NDArray[]): () => NDArray {
  const vjp = document.vjps[link.vjp];
  const given = [upstream, ...link.reads.map((i) => values[i])];
  const frame = new Frame(document, vjp.steps, formsOf(document, vjp.variables, given), given);
  return () => {
    try {
      frame.run();
    } catch {
      frame.stopped(); // no value there: nan
    }
    return frame.values[vjp.share];
  };
}

/** The steps of a Program, with core steps instead of those that are not core. */
function written(program: Program): Step[] {
  const instead = new Map((program.core?.instead ?? []).map((one) => [one.of, one.steps]));
  return program.steps.flatMap((step) => instead.get(step.outputs[0]) ?? [step]);
}

function obstaclesOf(program: Program, steps: Step[], variables: Map<number, Variable>, document: Derivation): string[] {
  const found = new Set(program.runnable ? [] : program.obstacles);
  const look = (some: Step[]): void => {
    for (const step of some)
      if (step.body) look(step.body.steps);
      else if (!PRIMITIVES[step.primitive]) found.add(`${step.primitive} is not computed here`);
  };
  look(steps);
  for (const i of steps.flatMap((step) => [...step.inputs, ...step.outputs])) {
    const dtype = document.forms[variables.get(i)?.form ?? -1]?.dtype ?? "float64";
    if (!/^(float(16|32|64)|u?int\d+|bool)$/.test(dtype)) found.add(`numbers of type ${dtype} are not computed here`);
  }
  return [...found];
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
