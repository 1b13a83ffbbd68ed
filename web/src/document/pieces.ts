// The author's code as nested pieces: each sub-expression that computed something, and each name that was read in it.

import type { Book } from "./book";
import type { Block } from "./types";

/** A stretch of a line. What it stands for: variables, one for each time that the code came by. */
export interface Piece {
  start: number;
  end: number;
  variables: number[];
  /** "part" is a sub-expression, "name" a name in one, "text" the rest. */
  kind: "part" | "name" | "text" | "quiet" | "word";
  children: Piece[];
}

const WORDS = /\b(?:def|return|for|in|if|elif|else|while|class|lambda|import|from|as|and|or|not|is|None|True|False|with|pass|break|continue|yield|global|nonlocal)\b/g;
const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*|\[[^[\]]{1,24}\])*/gu;

interface Found {
  start: number;
  end: number;
  variables: number[];
}

/** The pieces of every line of a block, by line number. */
export function piecesOf(book: Book, file: number, block: Block): Map<number, Piece[]> {
  const found = new Map<number, Map<string, Found>>();
  const last = block.line + block.lines.length - 1;
  for (const step of book.program.steps) {
    if (step.span === undefined) continue;
    const span = book.document.spans[step.span];
    if (span.file !== file || span.line < block.line || span.line > last) continue;
    for (let line = span.line; line <= Math.min(span.end_line, last); line++) {
      const text = block.lines[line - block.line];
      const start = line === span.line ? span.column : text.length - text.trimStart().length;
      const end = line === span.end_line ? span.end_column : text.length;
      if (end <= start) continue;
      const pieces = found.get(line) ?? new Map<string, Found>();
      found.set(line, pieces);
      const key = `${start}-${end}`;
      const piece = pieces.get(key);
      if (piece) piece.variables.push(step.outputs[0]);
      else pieces.set(key, { start, end, variables: [step.outputs[0]] });
    }
  }
  const result = new Map<number, Piece[]>();
  block.lines.forEach((text, i) => {
    const parts = [...(found.get(block.line + i)?.values() ?? [])].sort((a, b) => a.start - b.start || b.end - a.end);
    result.set(block.line + i, nested(book, text, parts));
  });
  return result;
}

function nested(book: Book, text: string, parts: Found[]): Piece[] {
  const comment = commentStart(text);
  const root: Piece = { start: 0, end: text.length, variables: [], kind: "text", children: [] };
  const open: Piece[] = [root];
  for (const part of parts) {
    while (open.length > 1 && open[open.length - 1].end <= part.start) open.pop();
    const outer = open[open.length - 1];
    if (part.end > outer.end) continue; // a span that crosses another: not drawn
    const piece: Piece = { ...part, kind: "part", children: [] };
    outer.children.push(piece);
    open.push(piece);
  }
  fill(book, text, root, comment);
  name(book, text, root);
  return root.children;
}

/** Puts the text between the parts in, with names that are operands of the part told apart. */
function fill(book: Book, text: string, piece: Piece, comment: number): void {
  const inner = piece.children;
  piece.children = [];
  let at = piece.start;
  for (const child of [...inner, null]) {
    const until = child ? child.start : piece.end;
    if (until > at) piece.children.push(...plain(book, text, piece, at, until, comment));
    if (child) {
      fill(book, text, child, comment);
      piece.children.push(child);
      at = child.end;
    }
  }
}

function plain(book: Book, text: string, owner: Piece, start: number, end: number, comment: number): Piece[] {
  const marks: Piece[] = [];
  const stop = Math.min(end, Math.max(start, comment));
  for (const match of text.slice(start, stop).matchAll(NAME)) {
    const variables = operands(book, owner.variables, match[0]);
    if (variables.length) marks.push({ start: start + match.index, end: start + match.index + match[0].length, variables, kind: "name", children: [] });
  }
  for (const match of text.slice(start, stop).matchAll(WORDS))
    marks.push({ start: start + match.index, end: start + match.index + match[0].length, variables: [], kind: "word", children: [] });
  if (stop < end) marks.push({ start: stop, end, variables: [], kind: "quiet", children: [] });
  const pieces: Piece[] = [];
  let at = start;
  for (const mark of marks.sort((a, b) => a.start - b.start)) {
    if (mark.start < at) continue;
    if (mark.start > at) pieces.push(rest(at, mark.start));
    pieces.push(mark);
    at = mark.end;
  }
  if (at < end) pieces.push(rest(at, end));
  return pieces;
}

function rest(start: number, end: number): Piece {
  return { start, end, variables: [], kind: "text", children: [] };
}

/** The operands of the steps that the author calls so. */
function operands(book: Book, variables: number[], called: string): number[] {
  const found: number[] = [];
  for (const variable of variables)
    for (const input of book.step(variable)?.inputs ?? []) {
      const one = book.variable(input);
      if (one && (one.name === called || one.path === called || one.code === called)) {
        found.push(input);
        break;
      }
    }
  return found;
}

/** `k1 = …`: the name on the left stands for what the line makes. */
function name(book: Book, text: string, root: Piece): void {
  const match = /^\s*([\p{L}_][\p{L}\p{N}_.]*)\s*=(?!=)/u.exec(text);
  const whole = root.children.find((p) => p.kind === "part");
  if (!match || !whole) return;
  const start = text.indexOf(match[1]);
  const before = root.children.findIndex((p) => p.kind === "text" && p.start <= start && p.end >= start + match[1].length);
  const named = whole.variables.filter((v) => (book.variable(v)?.name ?? "").replace(/\[.*\]$/, "") === match[1]);
  if (before < 0 || !named.length) return;
  const gap = root.children[before];
  const end = start + match[1].length;
  const pieces: Piece[] = [{ start, end, variables: named, kind: "name", children: [] }];
  if (gap.start < start) pieces.unshift(rest(gap.start, start));
  if (gap.end > end) pieces.push(rest(end, gap.end));
  root.children.splice(before, 1, ...pieces);
}

/** Where the comment of a line begins (its length, if it has none): a # outside of a string. */
function commentStart(text: string): number {
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote) {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === "#") return i;
  }
  return text.length;
}
