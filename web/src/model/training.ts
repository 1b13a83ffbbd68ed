// Gradient descent in the page: the document's own Programs, run step after step.

import type { Derivation, Predict, Training } from "../document/types";
import { Runner } from "../interpreter/running";
import { entryIn } from "./broadcast";
import { randomSamples } from "./random";

export interface Settings {
  rate: number;
  momentum: number;
  decay: number;
}

/** The loss and the sizes of the weights, step by step; thinned out when it grows long. */
export class History {
  /** Each `every` steps there is an entry. */
  every = 1;
  readonly losses: number[] = [];
  readonly norms: number[][];
  readonly outputs: number[][];
  private readonly most = 512;

  constructor(parameters: number, outputs: number) {
    this.norms = Array.from({ length: parameters }, () => []);
    this.outputs = Array.from({ length: outputs }, () => []);
  }

  wants(step: number): boolean {
    return step % this.every === 0;
  }

  add(loss: number, norms: number[], outputs: ArrayLike<number>): void {
    this.losses.push(loss);
    this.norms.forEach((row, i) => row.push(norms[i]));
    this.outputs.forEach((row, i) => row.push(outputs[i]));
    if (this.losses.length < this.most) return;
    this.every *= 2;
    for (const row of [this.losses, ...this.norms, ...this.outputs]) {
      for (let i = 0; 2 * i < row.length; i++) row[i] = row[2 * i];
      row.length = Math.ceil(row.length / 2);
    }
  }
}

/** So many outputs at most are drawn over the steps. */
export const MOST_OUTPUTS = 12;

export class Trainer {
  readonly training: Training;
  readonly runner: Runner;
  readonly parameters: number[];
  history: History;
  step = 0;
  private readonly result: number;
  private readonly gradients: number[];
  private readonly places: (Int32Array | null)[];
  private readonly velocity: Float64Array[];
  private readonly changed: Set<number>;
  private predictor: Runner | null = null;

  constructor(
    private readonly document: Derivation,
    loss: number,
  ) {
    this.training = document.training!;
    const named = (name: string) => document.programs.find((p) => p.name === name)!;
    const program = named(this.training.losses[loss].program);
    this.runner = new Runner(document, program);
    if (this.runner.obstacles.length) throw new Error(this.runner.obstacles[0]);
    this.parameters = this.training.parameters;
    this.changed = new Set(this.parameters);
    [this.result, ...this.gradients] = program.outputs;
    this.places = this.parameters.map((p, i) => {
      const [own, back] = [this.runner.values[p], this.runner.values[this.gradients[i]]];
      if (own.data.length === back.data.length) return null;
      return Int32Array.from(own.data, (_, e) => entryIn(back.shape, own.shape, e));
    });
    this.velocity = this.parameters.map((p) => new Float64Array(this.runner.values[p].data.length));
    this.history = this.freshHistory();
    const predict = this.training.predict;
    if (predict) {
      // The document does not hold the grid's points: they are made here.
      const program = named(predict.program);
      const variables = program.variables.map((v) => (v.index === predict.input ? { ...v, data: Array.from(gridOf(predict)) } : v));
      const predictor = new Runner(document, { ...program, variables });
      if (!predictor.obstacles.length) this.predictor = predictor;
    }
  }

  private freshHistory(): History {
    const outputs = this.outputs?.data.length ?? 0;
    return new History(this.parameters.length, outputs <= MOST_OUTPUTS ? outputs : 0);
  }

  /** The loss at the parameters as they are. */
  get loss(): number {
    return this.runner.values[this.result].data[0];
  }

  get outputs(): { data: ArrayLike<number>; shape: number[] } | null {
    return this.training.outputs === undefined ? null : this.runner.values[this.training.outputs];
  }

  /** The parameters as they are. */
  values(): { variable: number; data: Float64Array }[] {
    return this.parameters.map((variable) => ({ variable, data: this.runner.values[variable].data.slice() }));
  }

  /** Begins anew with these parameters (and with other inputs that were moved). */
  begin(values: { variable: number; data: ArrayLike<number> }[]): void {
    for (const { variable, data } of values) this.runner.set(variable, data);
    this.runner.run();
    for (const v of this.velocity) v.fill(0);
    this.step = 0;
    this.history = this.freshHistory();
    this.note();
  }

  /** Parameters drawn at random: np.random.seed(seed), then spread · (2 · np.random.random(shape) − 1) for each in turn. */
  drawn(seed: number): { variable: number; data: Float64Array }[] {
    const { spread, kept } = this.training.draw;
    const next = randomSamples(seed);
    return this.parameters.map((variable) => {
      const value = this.document.programs[0].variables.find((v) => v.index === variable)!;
      const data = this.runner.values[variable].data;
      return {
        variable,
        data: kept.includes(variable) ? Float64Array.from(value.data as number[]) : data.map(() => spread * (2 * next() - 1)),
      };
    });
  }

  /** So many steps of gradient descent; stops early, and says false, where the loss is no longer a number. */
  run(steps: number, { rate, momentum, decay }: Settings): boolean {
    const { values } = this.runner;
    for (let n = 0; n < steps; n++) {
      for (let i = 0; i < this.parameters.length; i++) {
        const weights = values[this.parameters[i]].data;
        const gradient = values[this.gradients[i]].data;
        const places = this.places[i];
        const velocity = this.velocity[i];
        for (let e = 0; e < weights.length; e++) {
          velocity[e] = momentum * velocity[e] - rate * (gradient[places ? places[e] : e] + decay * weights[e]);
          weights[e] += velocity[e];
        }
      }
      this.runner.runFrom(this.changed);
      this.step++;
      if (!Number.isFinite(this.loss)) return false;
      if (this.history.wants(this.step)) this.note();
    }
    return true;
  }

  private note(): void {
    const norms = this.parameters.map((p) => Math.sqrt(this.runner.values[p].data.reduce((sum, w) => sum + w * w, 0)));
    this.history.add(this.loss, norms, this.outputs?.data ?? []);
  }

  /** The outputs on the grid, at the parameters as they are; null where there is no grid. */
  predict(): { data: ArrayLike<number>; shape: number[] } | null {
    const predict = this.training.predict;
    if (!predict || !this.predictor) return null;
    for (const { variable, data } of this.values()) this.predictor.set(variable, data);
    this.predictor.run();
    return this.predictor.values[predict.output];
  }

}

/** The grid's points, laid out as the Program reads them; the first column that varies runs fastest. */
export function gridOf(predict: Predict): Float64Array {
  const { columns, from, to, points, fixed, axis } = predict;
  const width = fixed.length;
  const many = points.reduce((a, b) => a * b, 1);
  const data = new Float64Array(many * width);
  for (let n = 0; n < many; n++) {
    const at = [n % points[0], Math.floor(n / points[0])];
    for (let c = 0; c < width; c++) {
      const k = columns.indexOf(c);
      const value = k < 0 ? Number(fixed[c]) : from[k] + ((to[k] - from[k]) * at[k]) / (points[k] - 1);
      data[axis === 0 ? n * width + c : c * many + n] = value;
    }
  }
  return data;
}

/** What a network says of each point: one row a point. */
export function rowsOf(value: { data: ArrayLike<number>; shape: number[] }, axis: number): number[][] {
  const many = value.shape[axis] ?? 1;
  const width = value.data.length / Math.max(1, many);
  return Array.from({ length: many }, (_, n) =>
    Array.from({ length: width }, (_, k) => value.data[axis === 0 ? n * width + k : k * many + n]),
  );
}
