// The document, ready to be looked things up in. It never changes; what moves is in the session.

import { shape as shapeText } from "../model/format";
import type { BackwardLine, Derivation, Form, ForwardLine, Link, Node, Program, Source, Span, Step, Variable } from "./types";

/** A line of the forward or of the backward pass: one stage of the walk. */
export interface Stage {
  /** Its number in the walk. */
  index: number;
  backward: boolean;
  /** Its number among the forward (backward) lines. */
  number: number;
  line: ForwardLine | BackwardLine;
}

export class Book {
  readonly document: Derivation;
  readonly program: Program;
  /** Forward lines, then backward lines. */
  readonly stages: Stage[];
  /** How many of them are forward. */
  readonly forward: number;
  private readonly byIndex = new Map<number, Variable>();
  private readonly stageByVariable = new Map<number, Stage>();
  private readonly stepByOutput = new Map<number, Step>();
  private readonly nodeByVariable = new Map<number, Node>();
  /** Whose gradients the lines of a name make or add to, and the stages in which they are there. */
  private readonly ofByName = new Map<string, number>();
  private readonly back = new Map<number, number>();
  private readonly outgoing = new Map<number, number[]>();
  private readonly incoming = new Map<number, number[]>();

  constructor(document: Derivation) {
    this.document = document;
    this.program = document.programs.find((p) => p.name === "value_and_grad")!;
    const backward = document.backward as BackwardLine[];
    this.stages = [...document.forward, ...backward].map((line, index) => ({
      index,
      backward: index >= document.forward.length,
      number: index < document.forward.length ? index : index - document.forward.length,
      line,
    }));
    this.forward = document.forward.length;
    for (const variable of this.program.variables) this.byIndex.set(variable.index, variable);
    for (const step of this.program.steps) for (const output of step.outputs) this.stepByOutput.set(output, step);
    for (const stage of this.stages) {
      for (const covered of stage.line.covers) if (!this.stageByVariable.has(covered)) this.stageByVariable.set(covered, stage);
      this.stageByVariable.set(stage.line.target, this.stageByVariable.get(stage.line.target) ?? stage);
    }
    for (const { index, line } of this.stages) {
      const { of } = line as BackwardLine;
      if (of === undefined) continue;
      this.ofByName.set(line.name, of);
      this.back.set(of, index);
    }
    for (const node of document.graph.nodes) this.nodeByVariable.set(node.variable, node);
    document.links.forEach((link, number) => {
      push(this.outgoing, link.operand, number);
      push(this.incoming, link.result, number);
    });
  }

  get symbol(): string {
    return this.document.function.symbol;
  }

  variable(index: number): Variable | undefined {
    return this.byIndex.get(index);
  }

  form(index: number): Form {
    return this.document.forms[this.byIndex.get(index)?.form ?? 0];
  }

  shape(index: number): number[] {
    return this.form(index).shape;
  }

  /** What it is called: by its name, else by the piece of code that it came from. */
  name(index: number): string {
    const variable = this.byIndex.get(index);
    if (index === this.output) return this.symbol;
    return variable?.name ?? this.span(index)?.text ?? `#${index}`;
  }

  /** The symbol of its gradient: ∂L/∂k1. */
  gradientName(index: number): string {
    const d = this.document.function.d;
    return this.nodeByVariable.get(index)?.gradient_name ?? `${d}${this.symbol}/${d}${this.name(index)}`;
  }

  /** What to call a variable in a sentence: a gradient by its symbol. */
  title(index: number): string {
    const of = this.byIndex.get(index)?.of;
    return of === undefined ? this.name(index) : this.gradientName(of);
  }

  /** The result that is differentiated. */
  get output(): number {
    return this.program.outputs[0];
  }

  /** The variable that holds its gradient. */
  gradient(index: number): number | undefined {
    return this.byIndex.get(index)?.gradient;
  }

  /** The variable whose gradient this is. */
  of(index: number): number | undefined {
    return this.byIndex.get(index)?.of;
  }

  /** The line in which it is computed; none for what is given. */
  stage(index: number): Stage | undefined {
    return this.stageByVariable.get(index);
  }

  /** The variable that a line is about: what it computes, or whose gradient (or part of one) it computes. */
  about({ backward, line }: Stage): number | undefined {
    return backward ? ((line as BackwardLine).of ?? this.ofByName.get(line.name)) : line.target;
  }

  /** The line in which the gradient of a variable is there: its own, or that of the array that it shares. */
  returnsAt(index: number): number | undefined {
    const gradient = this.gradient(index);
    return gradient === undefined ? undefined : (this.back.get(index) ?? this.stage(gradient)?.index ?? this.forward);
  }

  /** Is it given: an argument, a constant, the 1 that the backward pass starts with? */
  given(index: number): boolean {
    return !this.stepByOutput.has(index);
  }

  step(index: number): Step | undefined {
    return this.stepByOutput.get(index);
  }

  node(index: number): Node | undefined {
    return this.nodeByVariable.get(index);
  }

  /** The piece of the author's code that computes it. */
  span(index: number): Span | undefined {
    const number = this.stepByOutput.get(index)?.span;
    return number === undefined ? undefined : this.document.spans[number];
  }

  link(number: number): Link {
    return this.document.links[number];
  }

  /** The links that lead on from it, by number. */
  linksFrom(index: number): number[] {
    return this.outgoing.get(index) ?? [];
  }

  /** The links that lead to it, by number. */
  linksTo(index: number): number[] {
    return this.incoming.get(index) ?? [];
  }

  /** The variables that a line names: those it reads, its own last. */
  named(stage: Stage): number[] {
    const read: number[] = [];
    for (const covered of stage.line.covers)
      for (const input of this.stepByOutput.get(covered)?.inputs ?? [])
        if (!stage.line.covers.includes(input) && this.byIndex.get(input)?.role !== "literal" && !read.includes(input)) read.push(input);
    return read;
  }

  source(file: number): Source {
    return this.document.sources[file];
  }

  shapeText(index: number): string {
    return shapeText(this.shape(index));
  }
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}
