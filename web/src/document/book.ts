// The document, ready to be looked things up in. It never changes; what moves is in the session.

import { one, shape as shapeText } from "../model/format";
import type { BackwardLine, Derivation, Form, ForwardLine, Link, Program, Span, Step, Variable } from "./types";

/** A line of the forward or of the backward pass: one stage of the walk. */
export interface Stage {
  /** Its number in the walk. */
  index: number;
  backward: boolean;
  line: ForwardLine | BackwardLine;
}

/** What is known of a variable. */
interface Entry {
  variable?: Variable;
  step?: Step;
  stage?: Stage;
  /** The number of the line in which its gradient is there, and what the graph calls that. */
  returns?: number;
  symbol?: string;
  /** The links that lead on from it and to it, by number. */
  out: number[];
  into: number[];
}

export class Book {
  readonly program: Program;
  /** Forward lines, then backward lines. */
  readonly stages: Stage[];
  /** How many of them are forward. */
  readonly forward: number;
  readonly symbol: string;
  /** The result that is differentiated. */
  readonly output: number;
  readonly #entries: Entry[] = [];
  /** Whose gradients the lines of a name make or add to. */
  readonly #ofByName: Record<string, number> = {};

  constructor(readonly document: Derivation) {
    const { forward, backward } = document;
    this.program = document.programs.find((p) => p.name === "value_and_grad")!;
    this.symbol = document.function.symbol;
    this.output = this.program.outputs[0];
    this.forward = forward.length;
    this.stages = [...forward, ...(backward as BackwardLine[])].map((line, index) => ({ index, backward: index >= forward.length, line }));
    for (const variable of this.program.variables) this.#at(variable.index).variable = variable;
    for (const step of this.program.steps) for (const output of step.outputs) this.#at(output).step = step;
    for (const stage of this.stages) {
      const { covers, target, name, of } = stage.line as BackwardLine;
      for (const variable of [...covers, target]) this.#at(variable).stage ??= stage;
      if (of === undefined) continue;
      this.#ofByName[name] = of;
      this.#at(of).returns = stage.index;
    }
    for (const { variable, gradient_name } of document.graph.nodes) this.#at(variable).symbol = gradient_name;
    document.links.forEach(({ operand, result }, number) => {
      this.#at(operand).out.push(number);
      this.#at(result).into.push(number);
    });
  }

  #at(index: number): Entry {
    return (this.#entries[index] ??= { out: [], into: [] });
  }

  variable(index: number): Variable | undefined {
    return this.#at(index).variable;
  }

  form(index: number): Form {
    return this.document.forms[this.variable(index)?.form ?? 0];
  }

  shape(index: number): number[] {
    return this.form(index).shape;
  }

  /** What it is called: by its name, else by the piece of code that it came from. */
  name(index: number): string {
    return index === this.output ? this.symbol : (this.variable(index)?.name ?? this.span(index)?.text ?? `#${index}`);
  }

  /** The symbol of its gradient: ∂L/∂k1. */
  gradientName(index: number): string {
    const { d } = this.document.function;
    return this.#at(index).symbol ?? `${d}${this.symbol}/${d}${one(this.name(index))}`;
  }

  /** What to call a variable in a sentence: a gradient by its symbol. */
  title(index: number): string {
    const of = this.of(index);
    return of === undefined ? this.name(index) : this.gradientName(of);
  }

  /** The variable that holds its gradient. */
  gradient(index: number): number | undefined {
    return this.variable(index)?.gradient;
  }

  /** The variable whose gradient this is. */
  of(index: number): number | undefined {
    return this.variable(index)?.of;
  }

  /** The line in which it is computed; none for what is given. */
  stage(index: number): Stage | undefined {
    return this.#at(index).stage;
  }

  /** The variable that a line is about: what it computes, or whose gradient (or part of one) it computes. */
  about({ backward, line }: Stage): number | undefined {
    return backward ? ((line as BackwardLine).of ?? this.#ofByName[line.name]) : line.target;
  }

  /** The line in which the gradient of a variable is there: its own, or that of the array that it shares. */
  returnsAt(index: number): number | undefined {
    const gradient = this.gradient(index);
    return gradient === undefined ? undefined : (this.#at(index).returns ?? this.stage(gradient)?.index ?? this.forward);
  }

  /** Is it given: an argument, a constant, the 1 that the backward pass starts with? */
  given(index: number): boolean {
    return !this.step(index);
  }

  step(index: number): Step | undefined {
    return this.#at(index).step;
  }

  /** The piece of the author's code that computes it. */
  span(index: number): Span | undefined {
    return this.document.spans[this.step(index)?.span ?? -1];
  }

  link(number: number): Link {
    return this.document.links[number];
  }

  /** The links that lead on from it, by number. */
  linksFrom(index: number): number[] {
    return this.#at(index).out;
  }

  /** The links that lead to it, by number. */
  linksTo(index: number): number[] {
    return this.#at(index).into;
  }

  /** The variables that a line reads, without numbers that are written in it. */
  named({ line: { covers } }: Stage): number[] {
    const read = covers.flatMap((covered) => this.step(covered)?.inputs ?? []);
    return [...new Set(read)].filter((input) => !covers.includes(input) && this.variable(input)?.role !== "literal");
  }

  shapeText(index: number): string {
    return shapeText(this.shape(index));
  }
}
