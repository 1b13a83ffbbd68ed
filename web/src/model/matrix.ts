// An array for the eye: which entry stands where, how the numbers are written so that they line up, and where a nan comes from.

import type { Book } from "../document/book";
import { entryIn, sizeOf } from "./broadcast";
import { number, place, toNumber } from "./format";
import type { Focus, Session } from "./session.svelte";

/** What to call one entry of a variable, or of its gradient: W[0, 1]; (V @ h)[0] where it has no name. */
export function entryName(book: Book, variable: number, entry: number | null, back = false): string {
  const name = back ? book.gradientName(variable) : book.title(variable);
  const at = entry === null ? "" : place(entry, book.shape(variable));
  return at && /[^\][\w.'"]/u.test(name.replace(/[∂/\p{L}]/gu, "")) ? `(${name})${at}` : name + at;
}

/** Where the reader looks in an array: at it, at its gradient, or at what it is the gradient of; null where elsewhere. */
export function entryAt(book: Book, focus: Focus | null, variable: number): number | null {
  if (focus?.entry === undefined) return null;
  const other = focus.variable;
  if (other !== variable && book.of(other) !== variable && book.of(variable) !== other) return null;
  const shape = book.shape(variable);
  const place = book.shape(other);
  if (sizeOf(place) >= sizeOf(shape)) return entryIn(shape, place, focus.entry);
  for (let entry = 0; entry < sizeOf(shape); entry++) if (entryIn(place, shape, entry) === focus.entry) return entry;
  return null;
}

/** Rows and columns, as an array is shown: the last two axes, one slice of the others; turned: its transpose, a column. */
export interface Sheet {
  rows: number;
  columns: number;
  entry(row: number, column: number): number;
}

export function sheetOf(shape: number[], slice = 0, turned = false): Sheet {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.at(-2) ?? 1;
  const start = slice * rows * columns;
  return turned
    ? { rows: columns, columns: rows, entry: (row, column) => start + column * columns + row }
    : { rows, columns, entry: (row, column) => start + row * columns + column };
}

/** Where an entry stands on a sheet; null where it is on another slice. */
export function cellOf(sheet: Sheet, entry: number): [number, number] | null {
  const down = sheet.rows > 1 ? sheet.entry(1, 0) - sheet.entry(0, 0) : 0;
  const at = entry - sheet.entry(0, 0);
  if (at < 0 || at >= sheet.rows * sheet.columns) return null;
  if (down === 1) return [at % sheet.rows, Math.floor(at / sheet.rows)]; // a transpose, or a single column
  return [Math.floor(at / sheet.columns), at % sheet.columns];
}

/** The cell to which a key leads from a cell; null for other keys. */
export function cellBy(key: string, [row, column]: [number, number], { rows, columns }: Sheet): [number, number] | null {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -columns], End: [0, columns] }[key];
  return step ? [Math.max(0, Math.min(rows - 1, row + step[0])), Math.max(0, Math.min(columns - 1, column + step[1]))] : null;
}

const SPACE = "\u2007"; // as wide as a digit

/** Writes the numbers of one array so that they line up: as many decimals for all, of the largest so many digits. */
export function writer(data: ArrayLike<number>, digits = 4): (value: number) => string {
  const finite = Array.from(data).filter((v) => Number.isFinite(v));
  const largest = finite.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (largest >= 1e6 || (largest > 0 && largest < 1e-3))
    return (value) => (value && Number.isFinite(value) ? value.toExponential(2).replace("+", "").replaceAll("-", "−") : number(value));
  const most = finite.every(Number.isInteger) ? 0 : Math.max(0, Math.min(6, digits - 1 - Math.floor(Math.log10(largest))));
  const fixed = (value: number, decimals: number) => Math.abs(value).toFixed(decimals);
  let decimals = most;
  while (decimals > 0 && finite.every((v) => fixed(v, most).endsWith("0".repeat(most - decimals + 1)))) decimals--;
  return (value) => {
    if (value === 0) return decimals ? `0\u2008${SPACE.repeat(decimals)}` : "0";
    const text = fixed(value, decimals);
    // A number that is small beside the others is written for itself: 0.000 would not be true.
    if (!Number.isFinite(value) || Math.abs(Number(text) - Math.abs(value)) > 0.05 * Math.abs(value)) return number(value, 2);
    return value < 0 ? `−${text}` : text;
  };
}

/** The picture of many numbers: a path for each depth of colour, and one of dashes that say which are negative. */
export interface Heat {
  levels: { positive: boolean; opacity: number; path: string }[];
  minus: string;
  odd: string;
}

const DEPTHS = 12;

/** Cells of size 1, from a row and a column on; full colour at `largest`. */
export function heatOf(data: ArrayLike<number>, largest: number, rows: number, columns: number, entry: (row: number, column: number) => number): Heat {
  const paths = new Array<string>(2 * DEPTHS + 1).fill("");
  let minus = "";
  let odd = "";
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = data[entry(row, column)];
      const cell = `M${column} ${row}h1v1h-1z`;
      if (!Number.isFinite(value)) odd += cell;
      else if (value !== 0) paths[DEPTHS + Math.sign(value) * Math.max(1, Math.round((Math.abs(value) / largest) * DEPTHS))] += cell;
      if (value < 0) minus += `M${column + 0.3} ${row + 0.5}h.4`;
    }
  const levels = paths.flatMap((path, n) => (path ? [{ positive: n > DEPTHS, opacity: Math.abs(n - DEPTHS) / DEPTHS, path }] : []));
  return { levels, minus, odd };
}

/** Smallest and largest of the finite numbers, and what else there is. */
export function rangeOf(data: ArrayLike<number>): { least: number; most: number; nan: number; inf: number } {
  const found = { least: Infinity, most: -Infinity, nan: 0, inf: 0 };
  for (let n = 0; n < data.length; n++) {
    const value = data[n];
    if (Number.isNaN(value)) found.nan++;
    else if (!Number.isFinite(value)) found.inf++;
    else {
      if (value < found.least) found.least = value;
      if (value > found.most) found.most = value;
    }
  }
  return found;
}

/** The variable with which a nan (an infinity) came up: it has one, and what it is computed from has none. */
export function originOf(session: Session, variable: number, kind: "nan" | "inf"): number {
  const has = (v: number) => {
    const value = session.known(v);
    return !!value && rangeOf(value.data)[kind] > 0;
  };
  for (;;) {
    const before = session.book.step(variable)?.inputs.find(has);
    if (before === undefined) return variable;
    variable = before;
  }
}

/** Why a value is not there, in short. */
export function absence(session: Session, variable: number): string {
  if (!session.isComputed(variable)) return "not computed yet";
  if (session.book.given(variable)) return "not in the page";
  return session.stopped ? "not known: there is no result" : session.elsewhere ? "not known: your code takes another branch" : "not in the page";
}

/** What a variable is that is too large to be written out; null where nothing is said of it. */
export function summaryOf(session: Session, variable: number): string | null {
  const summary = session.book.variable(variable)?.summary;
  if (!summary || !session.isComputed(variable)) return null;
  void session.tick;
  const parts = [`mean ${number(toNumber(summary.mean ?? "nan"))}`, `norm ${number(toNumber(summary.norm ?? "nan"))}`];
  if (summary.min !== undefined) parts.push(`from ${number(summary.min)} to ${number(summary.max!)}`);
  if (summary.finite < summary.size) parts.push(`${summary.size - summary.finite} are nan or inf`);
  return `${session.moved.size && !session.book.given(variable) ? "before the moves" : "too large to be in the page"}: ${parts.join(", ")}`;
}

/** Where what is no number comes from, in a sentence; null where all are numbers. */
export function strangeness(session: Session, variable: number, data: ArrayLike<number>): { origin: number; text: string } | null {
  const { nan, inf } = rangeOf(data);
  if (!nan && !inf) return null;
  const { book } = session;
  const origin = originOf(session, variable, nan ? "nan" : "inf");
  const span = book.span(origin);
  const where = book.given(origin) ? `${book.title(origin)} is given so` : `first in ${span ? `${span.text}, line ${span.line}` : (book.stage(origin)?.line.code ?? book.title(origin))}`;
  return { origin, text: `${data.length === 1 ? "" : `${nan || inf} of ${data.length} `}${nan ? "nan" : "inf"}: ${where}` };
}

/** May a reader move it: is it a number or an array that the code is given, and no index? (Others might not be there.) */
export function isMovable(book: Book, variable: number): boolean {
  const role = book.variable(variable)?.role;
  return (role === "argument" || role === "captured") && book.given(variable) && !(isWhole(book, variable) && isIndex(book, variable));
}

/** Are its numbers whole? */
export function isWhole(book: Book, variable: number): boolean {
  return /int|bool/.test(book.form(variable).dtype);
}

/** Does it, or what whole numbers are computed from it, say which entries are taken? */
function isIndex(book: Book, variable: number): boolean {
  const from = new Set([variable]);
  for (const step of book.program.steps) {
    if (!step.inputs.some((v) => from.has(v))) continue;
    const arrays = JSON.stringify(step.params ?? "").split('["array"').length - 1;
    if (arrays && step.inputs.slice(-arrays).some((v) => from.has(v))) return true;
    for (const output of step.outputs) if (isWhole(book, output)) from.add(output);
  }
  return false;
}

/** Its numbers in the author's run. */
export function authorsEntry(book: Book, variable: number, entry: number): number | null {
  const data = book.variable(variable)?.data;
  return data ? toNumber(data[entry]) : null;
}

/** From where to where a slider moves a number that was `value` in the author's run, and in what steps. */
export function slide(value: number, whole: boolean): { min: number; max: number; step: number } {
  const size = Number.isFinite(value) ? Math.abs(value) : 0;
  const wanted = Math.max(whole ? 5 : size && size < 1e-3 ? 0 : 1, 2 * size);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const reach = power * [1, 2, 5, 10].find((n) => n * power >= wanted * (1 - 1e-9))!;
  const centre = size ? value : 0;
  return { min: centre - reach, max: centre + reach, step: whole ? 1 : reach / 200 };
}
