/* Made from document.schema.json by `npm run types`. */

/**
 * d for one variable, ∂ for several.
 */
export type Sign = "d" | "∂";
/**
 * One number. What JSON cannot say is text: "nan", "inf", "-inf", and whole numbers beyond 2^53, digit by digit.
 */
export type Entry = number | boolean | string;
/**
 * All entries, the last axis fastest.
 */
export type Data = Entry[];
/**
 * A parameter of a step. A tuple is an array. An index is an array of ["int", 1], ["slice", start, stop, step], ["new"], ["ellipsis"] and ["array", k], where k counts the operands behind those that the primitive names.
 */
export type Param = null | boolean | number | string | ParamList;
/**
 * A tuple or list.
 */
export type ParamList = Param[];
/**
 * rule: the row's rule for an operand; sum: paths meet; unbroadcast: copies add up; spread: a gradient is written out; cast: it takes its variable's type.
 */
export type ReasonKind = "rule" | "sum" | "unbroadcast" | "spread" | "cast" | "seed" | "tangent";
/**
 * Which characters of a line's code name which variable: start (from 0), end (just behind the last one), variable. A line's parts are in order: what it makes, and all that it reads by name.
 *
 * @minItems 3
 * @maxItems 3
 */
export type Part = [number, number, number];
/**
 * A way from a line's variable to the next one with a name: numbers in `links`, from the variable on.
 */
export type Path = number[];
/**
 * call: of a function of the author's; loop: all rounds of one; round: one of them. A round that computes nothing for the result, or that is a single line, is no group; rounds are counted as the code went through them.
 */
export type GroupKind = "call" | "round" | "loop";
export type NodeRole = "argument" | "captured" | "created" | "drawn" | "literal" | "step" | "output";
/**
 * x and y.
 *
 * @minItems 2
 * @maxItems 2
 */
export type Point = [number, number];
/**
 * The length of each axis; empty for one number.
 */
export type Shape = number[];
/**
 * The number of a step, and of one of its slopes.
 *
 * @minItems 2
 * @maxItems 2
 */
export type WayPart = [number, number];
/**
 * From the argument on.
 */
export type Way = WayPart[];
/**
 * What makes probabilities of the last scores (in predict at the latest); absent where nothing does.
 */
export type Squash = "sigmoid" | "softmax";
/**
 * A number, or null.
 */
export type Fixed = null | number;

/**
 * What whygrad knows about one derivation. Whoever reads it needs nothing else.
 */
export interface Derivation {
  format: "whygrad derivation";
  /**
   * Of this format. It grows when a reader of the old one could go wrong.
   */
  version: 1;
  /**
   * The version that wrote it.
   */
  whygrad: string;
  function: Function;
  /**
   * The result.
   */
  value: number | boolean | string;
  arguments: Argument[];
  wrt: Wanted[];
  /**
   * What the derivation holds for, in words: branches taken, assumptions.
   */
  conditions: string[];
  assumptions: Assumption[];
  /**
   * What was found out on the way.
   */
  notes: string[];
  programs: Program[];
  links: Link[];
  /**
   * The Programs of the links; many links share one.
   */
  vjps: Vjp[];
  /**
   * What is there before the first line: arrays and numbers that the code makes and that lines read by name.
   */
  given: GivenLine[];
  forward: ForwardLine[];
  backward: BackwardLine[];
  /**
   * Stretches of the forward pass that fold into one thing. A group stands behind the one that it lies in.
   */
  groups: Group[];
  graph: Graph;
  /**
   * The same graph with calls, rounds or loops (the outermost ones) as one node each, where it is smaller so.
   */
  folds: Fold[];
  forms: Form[];
  spans: Span[];
  sources: Source[];
  network?: Network;
  lesson?: Lesson;
  training?: Training;
}
/**
 * What was differentiated.
 */
export interface Function {
  name: string;
  /**
   * The letter that formulas use for the result.
   */
  symbol: string;
  d: Sign;
  file?: string;
  line?: number;
}
/**
 * An argument.
 */
export interface Argument {
  name: string;
  leaves: Leaf[];
}
/**
 * An array or number in an argument.
 */
export interface Leaf {
  variable: number;
  /**
   * How printed code reads it: W, params['W'].
   */
  code: string;
}
/**
 * An argument that was differentiated by.
 */
export interface Wanted {
  name: string;
  leaves: GradientLeaf[];
}
/**
 * A leaf that was differentiated by.
 */
export interface GradientLeaf {
  variable: number;
  code: string;
  /**
   * The variable that holds its gradient.
   */
  gradient: number;
  /**
   * What printed code calls the gradient: dW.
   */
  name: string;
}
/**
 * What is taken for granted about a constant.
 */
export interface Assumption {
  variable: number;
  text: string;
}
/**
 * A computation, straight ahead: variables that are given, constants, steps in order.
 */
export interface Program {
  /**
   * value_and_grad: outputs are the result, then the gradients in the order of wrt. questions: outputs are what the guards asked. value_and_grad: NAME: the same with another loss. predict: the outputs for a grid. More may be added.
   */
  name: string;
  /**
   * The leaves of the arguments.
   */
  inputs: number[];
  /**
   * What it computes.
   */
  outputs: number[];
  variables: Variable[];
  steps: Step[];
  /**
   * So many steps are the forward pass; those behind are the backward pass.
   */
  split: number;
  /**
   * The primitives of the steps that are run: of the core where there is one. Who does not know one of them cannot run the Program.
   */
  primitives: string[];
  /**
   * Can it be run again, for other inputs, from what is in the document?
   */
  runnable: boolean;
  /**
   * If not: why.
   */
  obstacles: string[];
  /**
   * The Program whose variables these are, too: a number means the same in both, and what is told there is not told here.
   */
  continues?: string;
  /**
   * Of questions: the answers that were got. With others the code would have done something else, and nothing in the document holds.
   */
  guards?: Guard[];
  core?: Core;
}
/**
 * A variable of a Program, with its value in the watched run: all of it (data), or a summary. Neither, where only a core or a vjp computes it.
 */
export interface Variable {
  /**
   * Its number: what inputs, outputs, covers … refer to.
   */
  index: number;
  /**
   * A number in `forms`: shape, dtype, face.
   */
  form: number;
  /**
   * As the author calls it (k1, h[0]), or as it was named for him (z1, dk1).
   */
  name?: string;
  /**
   * As printed code writes it where it is read (h_0, np.zeros(3)), if that is not the name.
   */
  code?: string;
  /**
   * Absent for what a step computes on the way.
   */
  role?: "argument" | "captured" | "created" | "drawn" | "literal" | "gradient";
  /**
   * How the code reads a captured array, if that is not the name: self.W.
   */
  path?: string;
  /**
   * Of a gradient: the variable whose gradient it is.
   */
  of?: number;
  /**
   * The variable that holds its gradient. Its shape may be one that broadcasts to this one's.
   */
  gradient?: number;
  data?: Data;
  summary?: Summary;
}
/**
 * What is said of an array that is too large to be written out.
 */
export interface Summary {
  /**
   * How many entries.
   */
  size: number;
  /**
   * How many of them are finite; the rest is about those.
   */
  finite: number;
  min?: number;
  max?: number;
  mean?: Entry;
  /**
   * One number. What JSON cannot say is text: "nan", "inf", "-inf", and whole numbers beyond 2^53, digit by digit.
   */
  norm?: number | boolean | string;
  /**
   * How many entries lie in each of equal parts from min to max.
   */
  histogram?: number[];
}
/**
 * outputs = primitive(inputs, params). With a body it is a loop: the body is run `trips` times, the first inputs (as many as the body has outputs) are carried from round to round, the others stay.
 */
export interface Step {
  primitive: string;
  /**
   * The operands, in order.
   */
  inputs: number[];
  /**
   * What it makes: one variable, unless it is a loop.
   */
  outputs: number[];
  params?: Params;
  body?: Body;
  trips?: number;
  /**
   * Of a forward step: the piece of source that it came from, a number in `spans`.
   */
  span?: number;
  /**
   * How many times the same had been done at the same place before.
   */
  round?: number;
  reason?: Reason;
  simplified?: Simplification;
}
/**
 * The parameters of a step by their names in the primitive's row.
 */
export interface Params {
  [k: string]: Param;
}
/**
 * The inside of a loop, with variables of its own.
 */
export interface Body {
  /**
   * The carried values, then those that stay.
   */
  inputs: number[];
  variables: Variable[];
  steps: Step[];
  /**
   * The carried values, as they go on.
   */
  outputs: number[];
}
/**
 * Why a backward step is there.
 */
export interface Reason {
  kind: ReasonKind;
  /**
   * The forward variable that it serves.
   */
  of: number;
  /**
   * The output of the forward step whose rule it is.
   */
  step?: number;
  /**
   * The number of the operand.
   */
  operand?: number;
  /**
   * Of a sum: the outputs of the forward steps that the paths lead through.
   */
  paths?: number[];
  /**
   * The idiom whose rule was used.
   */
  idiom?: string;
}
/**
 * What a rule said, and what was written for it.
 */
export interface Simplification {
  before: string;
  after: string;
}
/**
 * An answer that the code got when it asked a value; with another answer it would have done something else.
 */
export interface Guard {
  /**
   * What was asked.
   */
  variable: number;
  outcome: Param;
  /**
   * The question in the author's words.
   */
  text?: string;
  span?: number;
}
/**
 * Absent where all steps are core.
 */
export interface Core {
  variables: Variable[];
  /**
   * In the order of the steps.
   */
  instead: WrittenOut[];
}
/**
 * Core steps that do what one step does.
 */
export interface WrittenOut {
  /**
   * The step, by what it makes; the last of these steps makes the same.
   */
  of: number;
  steps: Step[];
}
/**
 * One link of the chain rule: how a result feels one operand. Links are edges; the ways along them from a variable to the result are the paths of the chain rule, and the product of the local derivatives along a path is that path's part of the gradient.
 */
export interface Link {
  operand: number;
  result: number;
  /**
   * What sentences call it; absent where that is the variable's name.
   */
  operand_name?: string;
  /**
   * Likewise.
   */
  result_name?: string;
  /**
   * The forward step in the author's words.
   */
  equation: string;
  /**
   * The primitive or the idiom.
   */
  rule: string;
  /**
   * The local derivative.
   */
  local: string;
  /**
   * Why it is what it is, in a sentence.
   */
  why: string;
  d: Sign;
  /**
   * A number in `vjps`.
   */
  vjp: number;
  /**
   * The variables of value_and_grad that it reads, in order.
   */
  reads: number[];
  /**
   * Why copies add up, where the operand was broadcast.
   */
  stretched?: string;
  /**
   * The sign for that in formulas.
   */
  summed?: string;
  span?: number;
}
/**
 * Core steps that send a gradient back over a link, in variables of their own: 0 is an upstream gradient of the link's result, then come as many variables as it reads, then those of its steps.
 */
export interface Vjp {
  /**
   * How many variables it reads; a link says which.
   */
  reads: number;
  /**
   * Those behind them.
   */
  variables: Variable[];
  steps: Step[];
  /**
   * What comes back; its shape may be one that broadcasts to the operand's.
   */
  share: number;
}
/**
 * An array or a number that the code makes.
 */
export interface GivenLine {
  /**
   * The variable that it makes.
   */
  target: number;
  name: string;
  /**
   * As printed; several rows for a write.
   */
  code: string;
  parts: Part[];
  formula: Formula;
}
/**
 * A formula in several scripts; in a derivation of hundreds of lines without LaTeX and ids, in one of thousands as text only.
 */
export interface Formula {
  /**
   * In Unicode.
   */
  text: string;
  /**
   * For amsmath and amssymb.
   */
  latex?: string;
  /**
   * A <math> element. Each sub-expression has an id; data-variable is the variable that it stands for.
   */
  mathml?: string;
  /**
   * Of a backward line: the right side written out, in Unicode.
   */
  product?: string;
}
/**
 * A line of the forward pass.
 */
export interface ForwardLine {
  /**
   * The variable that it makes.
   */
  target: number;
  name: string;
  /**
   * As printed; several rows for a write.
   */
  code: string;
  parts: Part[];
  /**
   * The steps written out in it, by what they make.
   */
  covers: number[];
  formula: Formula;
  span?: number;
}
/**
 * A line of the backward pass, with its reason.
 */
export interface BackwardLine {
  /**
   * The variable that it makes.
   */
  target: number;
  name: string;
  /**
   * As printed; several rows for a write.
   */
  code: string;
  parts: Part[];
  /**
   * The steps written out in it, by what they make.
   */
  covers: number[];
  formula: Formula;
  /**
   * By which steps the variable reaches the result.
   */
  opening?: string;
  /**
   * The links worth a sentence, numbers in `links`: their local derivatives, and why.
   */
  telling?: number[];
  /**
   * Why copies add up.
   */
  stretched?: string[];
  /**
   * What a teacher would add.
   */
  remarks?: string[];
  paths?: Path[];
  /**
   * The variable whose gradient it is; absent for a part of one.
   */
  of?: number;
  /**
   * What sentences call it; absent where that is the variable's name.
   */
  of_name?: string;
  /**
   * It is an array that is there already: another gradient, or a forward value.
   */
  same?: boolean;
  span?: number;
}
/**
 * Lines of the forward pass that follow one another and belong together.
 */
export interface Group {
  kind: GroupKind;
  /**
   * In the author's words, with the place: sigmoid(z1) · line 12, round 3 of 8.
   */
  title: string;
  /**
   * A number in `forward`.
   */
  first: number;
  /**
   * Likewise, and in the group itself.
   */
  last: number;
  /**
   * The group that it lies in, a number in `groups`; absent: in none.
   */
  within?: number;
}
/**
 * The forward pass as a drawing, left to right.
 */
export interface Graph {
  width: number;
  height: number;
  nodes: Node[];
  edges: Edge[];
}
/**
 * A variable with a name, and the way it is made. Its middle is (x, y); the unit is the width of a character, a row of text is 2 high.
 */
export interface Node {
  variable: number;
  name: string;
  role: NodeRole;
  layer: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /**
   * How it is made, in short; the line that has it as target says it in full.
   */
  operation?: string;
  /**
   * The variable that holds its gradient.
   */
  gradient?: number;
  /**
   * ∂L/∂k1
   */
  gradient_name?: string;
  /**
   * Is its gradient wanted?
   */
  differentiated?: boolean;
  /**
   * Of a folded node: the variables of the nodes in it, the last of which is its own.
   */
  members?: number[];
  /**
   * The points that its edges to later layers than the next one share.
   */
  trunk?: Point[];
}
/**
 * What a node is made from.
 */
export interface Edge {
  /**
   * A variable.
   */
  from: number;
  /**
   * A variable.
   */
  to: number;
  operands: Use[];
  /**
   * It follows the trunk of its first node up to this point; absent: not at all.
   */
  along?: number;
  /**
   * From there (or from the node) on: the points that it has for itself.
   */
  route: Point[];
}
/**
 * An operand of a step.
 */
export interface Use {
  step: number;
  /**
   * What the primitive's row calls it.
   */
  operand: string;
}
/**
 * The graph with groups of one kind as one node each.
 */
export interface Fold {
  by: GroupKind;
  graph: Graph;
}
/**
 * What several variables have in common.
 */
export interface Form {
  shape: Shape;
  /**
   * NumPy's name: float64, float32, int64, bool …
   */
  dtype: string;
  /**
   * What the code sees.
   */
  face: "array" | "scalar" | "python";
}
/**
 * A piece of the author's source.
 */
export interface Span {
  /**
   * A number in `sources`.
   */
  file: number;
  function: string;
  /**
   * From 1.
   */
  line: number;
  /**
   * In characters, from 0.
   */
  column: number;
  end_line: number;
  /**
   * Just behind the last character.
   */
  end_column: number;
  /**
   * The sub-expression, on one line.
   */
  text: string;
  /**
   * The span of the call by which the code came here.
   */
  caller?: number;
}
/**
 * One of the author's files, without its folder.
 */
export interface Source {
  name: string;
  blocks: Block[];
}
/**
 * Lines of a file that belong together: a function, or a statement.
 */
export interface Block {
  /**
   * The number of the first.
   */
  line: number;
  lines: string[];
}
/**
 * The layers of units, where the code is a chain of products with matrices of weights.
 */
export interface Network {
  layers: Layer[];
}
/**
 * A layer of units.
 */
export interface Layer {
  size: number;
  /**
   * The variable that holds their values.
   */
  variable: number;
  name: string;
  /**
   * The units that are the constant 1: the bias.
   */
  ones?: number[];
  /**
   * The matrix that leads to this layer.
   */
  weights?: number;
  weights_name?: string;
  /**
   * Is a row of the matrix a unit of this layer (W @ x, x @ W.T), not of the one before (x @ W)?
   */
  turned?: boolean;
  /**
   * The biases that are added.
   */
  bias?: number;
}
/**
 * A function of one to three numbers, step by step: each step as a function of others, its slopes, the chain rule, and how far a curve is worth drawing.
 */
export interface Lesson {
  /**
   * What the lesson calls its variables.
   */
  letters: Letter[];
  formula: Formula;
  /**
   * From the inside out.
   */
  steps: LessonStep[];
  /**
   * For each argument that was differentiated by.
   */
  chains: Chain[];
  /**
   * Where the outer slope of a chain of two is taken.
   */
  remark?: string;
  /**
   * Of arguments, and of what the steps make of them there. A variable is missing where nothing is known.
   */
  ranges: Range[];
  /**
   * The lesson's own links: there where the derivation passes over several steps as one. Then the slopes' numbers are numbers in this list.
   */
  links?: LessonLink[];
}
/**
 * The name that a lesson gives a variable.
 */
export interface Letter {
  variable: number;
  name: string;
}
/**
 * A step of a lesson.
 */
export interface LessonStep {
  /**
   * The variable that it makes.
   */
  target: number;
  formula: Formula;
  /**
   * One for each variable that matters.
   */
  slopes: Slope[];
}
/**
 * The local derivative of a step. Its number is the sum of what comes back over its links for an upstream gradient of 1.
 */
export interface Slope {
  /**
   * The variable that moves.
   */
  operand: number;
  /**
   * dh/du
   */
  symbol: string;
  /**
   * In letters: cos(u).
   */
  formula: string;
  /**
   * Symbol and formula as an equation, in letters.
   */
  mathml?: string;
  /**
   * Numbers in the lesson's own `links`, where it has some, else in those of the document.
   */
  links: number[];
}
/**
 * The chain rule for one argument: over all ways, the products of the slopes along each, added up.
 */
export interface Chain {
  /**
   * The argument.
   */
  wrt: number;
  formula: Formula;
  /**
   * All ways from the argument to the result; none, where the result does not move with it.
   */
  ways: Way[];
}
/**
 * Where a curve is worth drawing: the function is there, on the same branch, and not too tall.
 */
export interface Range {
  variable: number;
  from: number;
  to: number;
}
/**
 * A link of a single step.
 */
export interface LessonLink {
  operand: number;
  result: number;
  /**
   * A number in `vjps`.
   */
  vjp: number;
  /**
   * The variables of value_and_grad that it reads, in order.
   */
  reads: number[];
}
/**
 * What is needed to train in the page: what is certain of it; what is not is absent. Absent as a whole where nothing is fitted to anything.
 */
export interface Training {
  /**
   * The variables that are trained, in the order of the gradients among the outputs of each loss's Program.
   */
  parameters: number[];
  /**
   * The variable that holds the examples' inputs.
   */
  data?: number;
  /**
   * The variable that the outputs are compared with.
   */
  targets?: number;
  /**
   * The variable that holds the network's outputs; every loss's Program computes it.
   */
  outputs?: number;
  squash?: Squash;
  /**
   * The author's own, then others for the same outputs and targets.
   */
  losses: Loss[];
  draw: Draw;
  predict?: Predict;
  /**
   * A learning rate to begin with: a script's own, else one that was tried.
   */
  rate: number;
}
/**
 * A loss that can be chosen.
 */
export interface Loss {
  /**
   * squared error, cross-entropy; the code's own, where it is neither.
   */
  name: string;
  /**
   * In Unicode.
   */
  formula: string;
  /**
   * The name of the Program: the loss, then the gradients of the parameters.
   */
  program: string;
}
/**
 * How weights are drawn anew, parameter by parameter: spread · (2 · random − 1), random from 0 to 1.
 */
export interface Draw {
  spread: number;
  /**
   * Parameters that are not drawn but begin as the author's do: biases of zeros.
   */
  kept: number[];
}
/**
 * The network's outputs for a grid of inputs; there where the data has one or two columns that vary.
 */
export interface Predict {
  /**
   * The name of the Program.
   */
  program: string;
  /**
   * Its input that is the grid; the others are inputs of value_and_grad.
   */
  input: number;
  /**
   * What it computes: probabilities, where there is a squash.
   */
  output: number;
  /**
   * The axis of the input along which the points lie.
   */
  axis: number;
  /**
   * The axis of the output along which they lie.
   */
  output_axis: number;
  /**
   * The columns of the data that vary: one or two. The first one runs fastest over the points.
   */
  columns: number[];
  /**
   * The first value of each of these columns.
   */
  from: number[];
  /**
   * The last value.
   */
  to: number[];
  /**
   * How many, evenly spaced.
   */
  points: number[];
  /**
   * Of every column of the data: its value where it is the same for all examples, null where it varies.
   */
  fixed: Fixed[];
}
