// The matrix products in a line, as school lays them out: which row and which column make an entry.

import type { Book, Stage } from "../document/book";
import { number, place } from "./format";
import { sheetOf, type Sheet } from "./matrix";
import type { Values } from "./session.svelte";

/** One of the two matrices of a product, or what comes out. */
export interface Factor {
  variable: number;
  /** Is it used as its transpose (a vector: as a column)? */
  turned: boolean;
  name: string;
  shape: number[];
  sheet: Sheet;
}

export interface Product {
  left: Factor;
  right: Factor;
  result: Factor;
}

const LARGEST = 64;
/** Which of the three are vectors that stand as columns. */
const COLUMNS: Record<string, [boolean, boolean, boolean]> = {
  matmul: [false, false, false],
  matrix_vector: [false, true, true],
  vector_matrix: [false, false, false],
  dot: [false, true, false],
  outer: [true, false, false],
};

/** The products with at most two axes that a line computes. */
export function productsOf(book: Book, stage: Stage): Product[] {
  const found: Product[] = [];
  for (const covered of stage.line.covers) {
    const step = book.step(covered);
    const columns = step && COLUMNS[step.primitive];
    if (!columns || [...step.inputs, covered].some((v) => book.shape(v).length > 2)) continue;
    const left = factorOf(book, step.inputs[0], columns[0]);
    const right = factorOf(book, step.inputs[1], columns[1]);
    const result = factorOf(book, covered, columns[2]);
    if (!named(book, covered) && covered !== stage.line.target) result.name = `(${left.name} ${columns === COLUMNS.outer ? "⊗" : "@"} ${right.name})`;
    const lengths = [left.sheet.rows, left.sheet.columns, right.sheet.columns];
    if (lengths.every((length) => length > 0 && length <= LARGEST)) found.push({ left, right, result });
  }
  return found;
}

const named = (book: Book, variable: number) => book.variable(variable)?.name !== undefined || book.of(variable) !== undefined;

/** An operand; a transpose as the matrix that it is the transpose of. */
function factorOf(book: Book, variable: number, column: boolean): Factor {
  const step = book.step(variable);
  const base = step?.primitive === "transpose" && !named(book, variable) && book.shape(variable).length === 2 ? step.inputs[0] : variable;
  const turned = base !== variable || column;
  const shape = book.shape(base);
  const name = named(book, base) || !book.span(base) ? book.title(base) : `(${book.title(base)})`;
  return { variable: base, turned, name: base === variable ? name : `${name}.T`, shape, sheet: sheetOf(shape, 0, turned) };
}

/** An entry of it as NumPy writes it: k1.T[0, 2]. */
export function entryName({ name, shape, sheet }: Factor, row: number, column: number): string {
  return name + (shape.length === 2 ? `[${row}, ${column}]` : place(sheet.entry(row, column), shape));
}

/** The sum that makes an entry, term by term in names and in numbers; of long ones the first terms and the last. */
export function sumOf({ left, right }: Product, row: number, column: number, a: Values | null, b: Values | null): { names: string[]; numbers: string[] } {
  const inner = left.sheet.columns;
  const shown = inner <= 4 ? Array.from({ length: inner }, (_, k) => k) : [0, 1, -1, inner - 1];
  const written = (term: (k: number) => string) => shown.map((k) => (k < 0 ? "…" : term(k)));
  const factor = (value: number) => (value < 0 ? `(${number(value, 3)})` : number(value, 3));
  return {
    names: written((k) => `${entryName(left, row, k)}·${entryName(right, k, column)}`),
    numbers: a && b ? written((k) => `${factor(a.data[left.sheet.entry(row, k)])}·${factor(b.data[right.sheet.entry(k, column)])}`) : [],
  };
}
