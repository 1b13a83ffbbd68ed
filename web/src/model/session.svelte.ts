// What a reader is doing with the page: where they are in the walk, what they look at, what they have moved.
// Views read it and call it; nothing else is shared between them.

import { Book, type Stage } from "../document/book";
import type { BackwardLine, Derivation, Guard } from "../document/types";
import { Runner, sendBack } from "../interpreter/running";
import { broadcast, entryIn } from "./broadcast";
import { toEntry, toNumber } from "./format";
import type { Answer, Host, Problem } from "./host";

/** An array of numbers, the last axis fastest. */
export interface Values {
  data: ArrayLike<number>;
  shape: number[];
}

/** What the pointer or the keyboard rests on. */
export interface Focus {
  variable: number;
  /** One entry of it. */
  entry?: number;
  /** The view that it was said in. */
  from?: "code" | "backward" | "graph" | "formula" | "numbers" | "network" | "paths" | "picture";
}

/** One number of an argument or of another array: what sliders move and what paths and pictures are about. */
export interface Picked {
  variable: number;
  entry: number;
}

export class Session {
  book: Book = $state.raw(undefined!);
  /** Grows with every change of numbers: what reads it is drawn again. */
  tick = $state(0);
  /** The number of the stage that is shown. */
  position = $state(0);
  /** Is what comes after that stage hidden: not computed yet? */
  walking = $state(false);
  focus: Focus | null = $state.raw(null);
  picked: Picked | null = $state.raw(null);
  /** The variables along a path that is looked at. */
  path: number[] | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  /** What the screen reader says next. */
  said = $state("");
  /** The inputs that were moved. */
  readonly moved = new Set<number>();

  /** Runs the Program again, where it can be; `shut` says why not. */
  runner: Runner | null = null;
  shut: string | null = null;
  /** With the numbers as they are now the author's code would do something else; the lines do not hold there. */
  elsewhere: string | null = $state(null);
  /** With the numbers as they are now there is no result: why. */
  stopped: string | null = $state(null);

  /** What the code asked of its values, run again behind it. */
  questions: Runner | null = null;
  private values: (Values | undefined)[] = [];
  private first: { document: Derivation; edition: number };
  /** What is wrong with the file as it is saved now; what is shown is the version before. */
  private broken: Problem | null = null;
  private edition = 0;
  private opened = 0;
  private asking = false;
  private again = false;

  constructor(
    document: Derivation,
    readonly host: Host,
  ) {
    this.edition = host.edition ?? 0;
    this.first = { document, edition: this.edition };
    this.open(document);
    host.listen?.((message) => this.hear(message, true));
  }

  /** Shows a document: the first, or one that the author's file was saved to. */
  open(document: Derivation): void {
    this.opened++;
    const name = this.book && this.stage ? this.stage.line.name : null;
    const backward = this.book && this.stage ? this.stage.backward : true;
    this.book = new Book(document);
    this.moved.clear();
    this.problem = this.broken;
    this.focus = null;
    this.picked = this.firstPick();
    this.elsewhere = this.stopped = null;
    this.path = null;
    this.prepare();
    const same = this.book.stages.findIndex((s) => s.line.name === name && s.backward === backward);
    this.position = same >= 0 ? same : this.book.stages.length - 1;
    this.tick++;
  }

  /** Makes the Programs ready, and takes the numbers from them (from the document, where they cannot be run). */
  private prepare(): void {
    const { document, program } = this.book;
    const runner = new Runner(document, program);
    this.shut = runner.obstacles[0] ?? null;
    this.runner = this.shut ? null : runner;
    const questions = document.programs.find((p) => p.name === "questions");
    this.questions = this.runner && questions ? new Runner(document, questions, this.runner) : null;
    this.values = [];
    for (const v of program.variables) {
      const value = runner.values[v.index];
      if (value && !this.shut) this.values[v.index] = value;
      else if (v.data) this.values[v.index] = { data: Float64Array.from(v.data, toNumber), shape: this.book.shape(v.index) };
    }
  }

  private firstPick(): Picked | null {
    const leaf = this.book.document.wrt[0]?.leaves[0];
    return leaf ? { variable: leaf.variable, entry: 0 } : null;
  }

  // ---- the walk

  get stage(): Stage | undefined {
    return this.book.stages[this.position];
  }

  /** Goes to a stage; in a walk, what comes after it is hidden. */
  goto(position: number, walking = this.walking): void {
    this.position = Math.max(0, Math.min(this.book.stages.length - 1, position));
    this.walking = walking;
    this.focus = null;
    this.said = this.reason();
  }

  /** Begins the walk, or goes one stage on. */
  next(): void {
    if (!this.walking) this.goto(this.position === this.book.stages.length - 1 ? 0 : this.position + 1, true);
    else if (this.position < this.book.stages.length - 1) this.goto(this.position + 1);
  }

  previous(): void {
    this.goto(this.walking ? this.position - 1 : this.position, true);
  }

  showAll(): void {
    this.walking = false;
    this.said = "Everything is shown.";
  }

  /** The stage at which a variable is computed, -1 for what is given. A gradient that has no line of its own comes with the array that it shares, the 1 at the beginning with the first line back. */
  computedAt(variable: number): number {
    const of = this.book.of(variable);
    return (of === undefined ? this.book.stage(variable)?.index : this.book.returnsAt(of)) ?? -1;
  }

  isComputed(variable: number): boolean {
    return !this.walking || this.computedAt(variable) <= this.position;
  }

  /** Has the gradient of a variable come back? An array that several share is the gradient of each in its own line. */
  isReturned(variable: number): boolean {
    const at = this.book.returnsAt(variable);
    return at !== undefined && (!this.walking || at <= this.position);
  }

  // ---- numbers

  /** The value of a variable now; null where it is not computed yet, or not in the document. */
  value(variable: number): Values | null {
    return this.isComputed(variable) ? this.known(variable) : null;
  }

  /** The same, whatever the walk hides. */
  known(variable: number): Values | null {
    void this.tick;
    const value = this.values[variable];
    return value && (!(this.elsewhere || this.stopped) || this.book.given(variable)) ? { data: value.data, shape: value.shape } : null;
  }

  /** The gradient of a variable, as large as the variable itself; null where it is not computed yet, or not there. */
  gradient(variable: number): Values | null {
    const gradient = this.book.gradient(variable);
    const value = gradient !== undefined && this.isReturned(variable) ? this.known(gradient) : null;
    return value && broadcast(value, this.book.shape(variable));
  }

  /** The derivative of the result with respect to one number; 0 where the result does not depend on it. */
  gradientEntry({ variable, entry }: Picked): number | null {
    const gradient = this.book.gradient(variable);
    if (gradient === undefined) return null;
    const value = this.known(gradient);
    return value && value.data[entryIn(value.shape, this.book.shape(variable), entry)];
  }

  /** May its numbers be moved? If not: why. */
  obstacle(variable: number): string | null {
    if (this.shut && !this.host.evaluate) return this.shut;
    const assumed = this.book.document.assumptions.find((a) => a.variable === variable);
    return assumed ? `the derivation takes for granted that ${assumed.text}` : null;
  }

  /** The result, were one number something else; null where that cannot be said. */
  resultAt({ variable, entry }: Picked, x: number): number | null {
    if (!this.runner || this.elsewhere || this.stopped || this.obstacle(variable)) return null;
    return this.runner.slice(variable, this.book.output, entry)(x).data[0];
  }

  /** What comes back over a link for an upstream gradient. */
  sendBack(link: number, upstream: Float64Array): ArrayLike<number> {
    const { document } = this.book;
    const { operand, result } = this.book.link(link);
    const shape = this.book.shape(operand);
    const back = sendBack(document, document.links[link], { data: upstream, shape: this.book.shape(result), dtype: "float64" }, this.runner!.values);
    return broadcast(back, shape).data;
  }

  /** Moves one number, and everything that follows from it. */
  move(variable: number, entry: number, to: number): void {
    const before = this.values[variable];
    if (!before || this.obstacle(variable)) return;
    const data = Float64Array.from(before.data);
    data[entry] = to;
    this.set([{ variable, data }]);
  }

  /** Sets whole inputs, and everything that follows from them. */
  set(inputs: { variable: number; data: Float64Array }[]): void {
    for (const { variable, data } of inputs) {
      if (this.runner) this.runner.set(variable, data);
      else this.values[variable] = { data, shape: this.book.shape(variable) };
      this.moved.add(variable);
    }
    this.runner?.run();
    this.questions?.run();
    this.stopped = this.runner?.problem ?? null;
    const changed = (!this.stopped && this.questions?.answersChanged()) || [];
    this.elsewhere = changed.length ? this.branches(changed) : null;
    this.tick++;
    if (this.host.evaluate) void this.ask();
  }

  private branches(changed: Guard[]): string {
    const spans = changed.map((guard) => (guard.span === undefined ? undefined : this.book.document.spans[guard.span]));
    const told = new Set(changed.map((guard, i) => `${guard.text ?? spans[i]?.text ?? "a condition"}${spans[i] ? ` (line ${spans[i].line})` : ""}`));
    return [...told].join(", ");
  }

  /** Everything as it was in the author's run. */
  reset(): void {
    const { position, walking, picked } = this;
    this.edition = this.first.edition;
    this.open(this.first.document);
    Object.assign(this, { position, walking, picked });
  }

  /** Asks Python; while it answers, later moves wait and are asked together. */
  private async ask(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.again = false;
        const inputs = [...this.moved].map((variable) => ({
          variable,
          data: Array.from(this.values[variable]!.data, toEntry),
        }));
        const { opened, edition } = this;
        const answer = await this.host.evaluate!({ inputs, edition });
        if (opened === this.opened) this.hear(answer, false); // else it is about what is shown no more
      } while (this.again);
    } catch {
      // The server is gone: the page's own interpreter goes on alone.
    } finally {
      this.asking = false;
    }
  }

  /** Takes in what Python says; `saved`: the author saved the file. */
  private hear(message: Answer, saved: boolean): void {
    if (saved) this.broken = "problem" in message ? message.problem : null;
    if ("problem" in message) this.problem = message.problem;
    else if ("document" in message) {
      this.edition = message.edition ?? 0;
      if (saved) this.first = { document: message.document, edition: this.edition };
      this.open(message.document);
    } else if (!this.again) {
      for (const { variable, data } of message.values) {
        const numbers = Float64Array.from(data, toNumber);
        const own = this.values[variable]?.data;
        if (this.runner && own instanceof Float64Array && own.length === numbers.length) own.set(numbers);
        else this.values[variable] = { data: numbers, shape: this.book.shape(variable) };
      }
      this.problem = this.broken;
      this.elsewhere = this.stopped = null;
      this.tick++;
    }
  }

  // ---- what is lit

  /** Is this variable the one that is looked at? */
  isLit(variable: number | undefined): boolean {
    return variable !== undefined && this.focus?.variable === variable;
  }

  /** Is it in the line that is looked at, or is its gradient, or the variable whose gradient it is? */
  isNear(variable: number): boolean {
    const focus = this.focus?.variable;
    if (focus === undefined) return false;
    return focus === variable || this.book.gradient(variable) === focus || this.book.of(variable) === focus || this.node(focus) === this.node(variable);
  }

  /** The node that shows a variable or its gradient. */
  node(variable: number): number {
    const of = this.book.of(variable) ?? variable;
    return this.book.node(of) ? of : (this.book.stage(of)?.line.target ?? of);
  }

  look(focus: Focus | null): void {
    this.focus = focus;
  }

  // ---- words

  /** What the line of a stage does and why, in sentences. */
  reason(stage = this.stage): string {
    if (!stage) return "";
    if (!stage.backward) {
      const read = this.book.named(stage).map((v) => `${this.book.name(v)} (${this.book.shapeText(v)})`);
      return `${stage.line.formula.text}: ${this.book.name(stage.line.target)} is computed from ${read.join(" and ")}.`;
    }
    const line = stage.line as BackwardLine;
    const sentences = [line.opening, ...(line.telling ?? []).map((n) => this.book.link(n).why), ...(line.stretched ?? []), ...(line.remarks ?? [])];
    return sentences.filter(Boolean).join(" ");
  }
}
