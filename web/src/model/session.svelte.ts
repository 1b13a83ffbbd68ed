// What a reader is doing with the page: where they are in the walk, what they look at, what they have moved.
// Views read it and call it; nothing else is shared between them.

import { Book, type Stage } from "../document/book";
import type { BackwardLine, Derivation } from "../document/types";
import { Runner, wayBack } from "../interpreter/running";
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
}

/** One number of an argument or of another array: what sliders move and what paths and pictures are about. */
export interface Picked {
  variable: number;
  entry: number;
}

/** What views draw again where it changes; how it begins. */
const SHOWN = { book: null, tick: 0, position: 0, walking: false, focus: null, picked: null, path: null, problem: null, said: "", elsewhere: null, stopped: null };

export class Session {
  declare book: Book;
  /** Grows with every change of numbers: what reads it is drawn again. */
  declare tick: number;
  /** The number of the stage that is shown. */
  declare position: number;
  /** Is what comes after that stage hidden: not computed yet? */
  declare walking: boolean;
  declare focus: Focus | null;
  declare picked: Picked | null;
  /** The variables along a path that is looked at. */
  declare path: number[] | null;
  declare problem: Problem | null;
  /** What the screen reader says next. */
  declare said: string;
  /** With the numbers as they are now the author's code would do something else; the lines do not hold there. */
  declare elsewhere: string | null;
  /** With the numbers as they are now there is no result: why. */
  declare stopped: string | null;
  /** The inputs that were moved. */
  readonly moved = new Set<number>();

  /** Runs the Program again, where it can be; `shut` says why not. */
  runner: Runner | null = null;
  shut: string | null = null;

  /** What the code asked of its values, run again behind it. */
  questions: Runner | null = null;
  #values: (Values | undefined)[] = [];
  #first: Derivation;
  #firstEdition: number;
  /** What is wrong with the file as it is saved now; what is shown is the version before. */
  #broken: Problem | null = null;
  #edition: number;
  #opened = 0;
  #asking = false;
  #again = false;

  constructor(
    document: Derivation,
    readonly host: Host,
  ) {
    for (const [name, first] of Object.entries(SHOWN)) {
      let now: unknown = $state.raw(first);
      Object.defineProperty(this, name, { get: () => now, set: (to) => (now = to) });
    }
    this.#first = document;
    this.#edition = this.#firstEdition = host.edition ?? 0;
    this.open(document);
    host.listen?.((message) => this.#hear(message, true));
  }

  /** Shows a document: the first, or one that the author's file was saved to. */
  open(document: Derivation): void {
    this.#opened++;
    const before = this.book ? this.stage : undefined;
    const book = (this.book = new Book(document));
    const { stages, program } = book;
    this.moved.clear();
    this.problem = this.#broken;
    this.focus = this.path = this.elsewhere = this.stopped = null;
    const leaf = document.wrt[0]?.leaves[0];
    this.picked = leaf ? { variable: leaf.variable, entry: 0 } : null;
    // The Programs are made ready, and the numbers taken from them (from the document, where they cannot be run).
    const runner = new Runner(document, program);
    this.shut = runner.obstacles[0] ?? null;
    this.runner = this.shut ? null : runner;
    const questions = document.programs.find((p) => p.name === "questions");
    this.questions = this.runner && questions ? new Runner(document, questions, runner) : null;
    this.#values = [];
    for (const { index, data } of program.variables)
      this.#values[index] = (this.runner && runner.values[index]) || (data && { data: Float64Array.from(data, toNumber), shape: book.shape(index) });
    const same = stages.findIndex((s) => s.line.name === before?.line.name && s.backward === before.backward);
    this.position = same >= 0 ? same : stages.length - 1;
    this.tick++;
  }

  // ---- the walk

  get stage(): Stage | undefined {
    return this.book.stages[this.position];
  }

  /** Goes to a stage; in a walk, what comes after it is hidden. */
  goto(position: number, walking = this.walking): void {
    this.position = Math.max(0, Math.min(this.last, position));
    this.walking = walking;
    this.focus = null;
    this.said = this.#reason();
  }

  /** The number of the last stage. */
  get last(): number {
    return this.book.stages.length - 1;
  }

  /** Begins the walk, or goes one stage on. */
  next(): void {
    const { position, last } = this;
    if (position < last || !this.walking) this.goto(position < last ? position + 1 : 0, true);
  }

  previous(): void {
    this.goto(this.walking ? this.position - 1 : this.position, true);
  }

  /** Shows the numbers of all stages; or hides those that come later. */
  showAll(all = true): void {
    this.walking = !all;
    if (all) this.said = "Everything is shown.";
  }

  /** The stage at which a variable is computed, -1 for what is given. */
  computedAt(variable: number): number {
    const { book } = this;
    return book.stage(variable)?.index ?? book.returnsAt(book.of(variable) ?? -1) ?? -1;
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
    const value = this.#values[variable];
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
    const value = gradient === undefined ? null : this.known(gradient);
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
  wayBack(link: number): (upstream: Float64Array) => ArrayLike<number> {
    const { document } = this.book;
    const { operand, result } = this.book.link(link);
    const [shape, from] = [this.book.shape(operand), this.book.shape(result)];
    const g = { data: new Float64Array(from.reduce((a, b) => a * b, 1)), shape: from, dtype: "float64" };
    const run = wayBack(document, document.links[link], g, this.runner!.values);
    return (upstream) => {
      g.data.set(upstream);
      return broadcast(run(), shape).data;
    };
  }

  /** Moves one number, and everything that follows from it. */
  move(variable: number, entry: number, to: number): void {
    const before = this.#values[variable];
    if (!before || this.obstacle(variable)) return;
    const data = Float64Array.from(before.data);
    data[entry] = to;
    this.set([{ variable, data }]);
  }

  /** Sets whole inputs, and everything that follows from them. */
  set(inputs: { variable: number; data: Float64Array }[]): void {
    for (const { variable, data } of inputs) {
      if (this.runner) this.runner.set(variable, data);
      else this.#values[variable] = { data, shape: this.book.shape(variable) };
      this.moved.add(variable);
    }
    this.runner?.run();
    this.questions?.run();
    this.stopped = this.runner?.problem ?? null;
    const changed = (!this.stopped && this.questions?.answersChanged()) || [];
    const told = changed.map(({ span: at, text }) => {
      const span = this.book.document.spans[at ?? -1];
      return `${text ?? span?.text ?? "a condition"}${span ? ` (line ${span.line})` : ""}`;
    });
    this.elsewhere = [...new Set(told)].join(", ") || null;
    this.tick++;
    if (this.host.evaluate) void this.#ask();
  }

  /** Everything as it was in the author's run. */
  reset(): void {
    const { position, walking, picked } = this;
    this.#edition = this.#firstEdition;
    this.open(this.#first);
    Object.assign(this, { position, walking, picked });
  }

  /** Asks Python; while it answers, later moves wait and are asked together. */
  async #ask(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    try {
      do {
        this.#again = false;
        const inputs = [...this.moved].map((variable) => ({ variable, data: Array.from(this.#values[variable]!.data, toEntry) }));
        const opened = this.#opened;
        const answer = await this.host.evaluate!({ inputs, edition: this.#edition });
        if (opened === this.#opened) this.#hear(answer, false); // else it is about what is shown no more
      } while (this.#again);
    } catch {
      // The server is gone: the page's own interpreter goes on alone.
    } finally {
      this.#asking = false;
    }
  }

  /** Takes in what Python says; `saved`: the author saved the file. */
  #hear(message: Answer, saved: boolean): void {
    if (saved) this.#broken = "problem" in message ? message.problem : null;
    if ("problem" in message) this.problem = message.problem;
    else if ("document" in message) {
      this.#edition = message.edition ?? 0;
      if (saved) [this.#first, this.#firstEdition] = [message.document, this.#edition];
      this.open(message.document);
    } else if (!this.#again) {
      for (const { variable, data } of message.values) {
        const numbers = Float64Array.from(data, toNumber);
        const own = this.#values[variable]?.data;
        if (this.runner && own instanceof Float64Array && own.length === numbers.length) own.set(numbers);
        else this.#values[variable] = { data: numbers, shape: this.book.shape(variable) };
      }
      this.problem = this.#broken;
      this.elsewhere = this.stopped = null;
      this.tick++;
    }
  }

  // ---- what is lit

  /** Is this variable the one that is looked at? */
  isLit(variable: number | undefined): boolean {
    return variable !== undefined && this.focus?.variable === variable;
  }

  look(focus: Focus | null): void {
    this.focus = focus;
  }

  /** The number that sliders move and that paths and pictures are about. */
  pick(picked: Picked): void {
    this.picked = picked;
  }

  /** The variables along a path, to be shown wherever they stand. */
  follow(path: number[] | null): void {
    this.path = path;
  }

  // ---- words

  /** For the screen reader. */
  say(what: string): void {
    this.said = what;
  }

  /** What the line that the walk is at does and why, in sentences. */
  #reason(): string {
    const { book, stage } = this;
    if (!stage) return "";
    const { formula, target, opening, telling = [], stretched = [], remarks = [] } = stage.line as BackwardLine;
    if (stage.backward) return [opening, ...telling.map((n) => book.link(n).why), ...stretched, ...remarks].filter(Boolean).join(" ");
    const read = book.named(stage).map((v) => `${book.name(v)} (${book.shapeText(v)})`);
    return `${formula.text}: ${book.name(target)} is computed from ${read.join(" and ")}.`;
  }
}
