// Code as HTML: the author's, where each sub-expression that computed something and each name that was read in it says
// what it stands for (data-variable; one for each time that the code came by), and the derived program's.

import { escaped } from "../model/drawing";
import type { Book, Stage } from "./book";
import type { Block } from "./types";

/** A stretch of a line. "part" is a sub-expression, "name" a name in one. */
interface Piece {
  start: number;
  end: number;
  variables: number[];
  kind: "part" | "name" | "quiet" | "word";
}

const WORDS = /\b(?:def|return|for|in|if|elif|else|while|class|lambda|import|from|as|and|or|not|is|None|True|False|with|pass|break|continue|yield|global|nonlocal)\b/g;
const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*|\[[^[\]]{1,24}\])*/gu;

const outerFirst = (a: Piece, b: Piece) => a.start - b.start || b.end - a.end;

/** A line with its pieces as spans, each inside of those around it. */
function marked(text: string, pieces: Piece[]): string {
  let html = "";
  let at = 0;
  const open: number[] = [];
  const until = (end: number) => {
    html += escaped(text.slice(at, end));
    at = end;
  };
  const close = (end: number) => {
    while (open.length && open[open.length - 1] <= end) {
      until(open.pop()!);
      html += "</span>";
    }
  };
  for (const { start, end, kind, variables } of pieces.sort(outerFirst)) {
    close(start);
    until(start);
    html += `<span class="${kind}"${variables.length ? ` data-variable="${variables.join(" ")}"` : ""}>`;
    open.push(end);
  }
  close(text.length);
  until(text.length);
  return html;
}

/** The pieces of a line whose sub-expressions are these. */
function piecesOf(book: Book, text: string, found: Piece[]): Piece[] {
  // Of spans that cross, the later is not drawn.
  const parts = found.filter((b) => !found.some((a) => a.start < b.start && b.start < a.end && a.end < b.end)).sort(outerFirst);
  const comment = commentStart(text);
  const pieces = [...parts];
  if (comment < text.length) pieces.push({ start: comment, end: text.length, variables: [], kind: "quiet" });
  // Between the ends of parts: names that are operands of the part around them, and words.
  const ends = [...new Set([0, comment, ...parts.flatMap((p) => [p.start, p.end])])].filter((end) => end <= comment).sort((a, b) => a - b);
  ends.slice(1).forEach((end, i) => {
    const from = ends[i];
    const around = parts.filter((p) => p.start <= from && p.end >= end).pop();
    const add = (kind: Piece["kind"], pattern: RegExp, of: (code: string) => number[]) => {
      for (const { 0: code, index } of text.slice(from, end).matchAll(pattern)) {
        const variables = of(code);
        if (kind === "word" || variables.length) pieces.push({ start: from + index, end: from + index + code.length, variables, kind });
      }
    };
    add("name", NAME, (code) => (around?.variables ?? []).flatMap((v) => operand(book, v, code)));
    add("word", WORDS, () => []);
  });
  // `k1 = …`: the name on the left stands for what the line makes.
  const left = /^\s*([\p{L}_][\p{L}\p{N}_.]*)\s*=(?!=)/u.exec(text)?.[1];
  if (left && parts.length) {
    const start = text.indexOf(left);
    const variables = parts[0].variables.filter((v) => book.variable(v)?.name?.replace(/\[.*\]$/, "") === left);
    if (variables.length && start < parts[0].start) pieces.push({ start, end: start + left.length, variables, kind: "name" });
  }
  return pieces;
}

/** The operand of a step that the author calls so. */
function operand(book: Book, variable: number, called: string): number[] {
  const found = book.step(variable)?.inputs.find((input) => {
    const one = book.variable(input);
    return one && (one.name === called || one.path === called || one.code === called);
  });
  return found === undefined ? [] : [found];
}

/** Where the comment of a line begins (its length, if it has none): a # outside of a string. */
function commentStart(text: string): number {
  return /^(?:[^#"']|(["'])(?:\\.|(?!\1).)*(?:\1|$))*/.exec(text)![0].length;
}

/** A block of the author's code. Lines that computed something are buttons. */
export function blockHtml(book: Book, file: number, block: Block): string {
  const found: Record<string, Piece>[] = block.lines.map(() => ({}));
  for (const step of book.program.steps) {
    const span = book.document.spans[step.span ?? -1];
    if (span?.file !== file) continue;
    for (let line = span.line; line <= span.end_line; line++) {
      const text = block.lines[line - block.line];
      if (text === undefined) continue;
      const start = line === span.line ? span.column : text.length - text.trimStart().length;
      const end = line === span.end_line ? span.end_column : text.length;
      if (end > start) (found[line - block.line][`${start} ${end}`] ??= { start, end, variables: [], kind: "part" }).variables.push(step.outputs[0]);
    }
  }
  return block.lines
    .map((text, i) => {
      const parts = Object.values(found[i]);
      const number = block.line + i;
      const tag = parts.length ? "button" : "div";
      return `<${tag} class="line" data-at="${file} ${number}"><span class="number">${number}</span>${marked(text, piecesOf(book, text, parts)) || " "}</${tag}>`;
    })
    .join("");
}

/** Lines of the derived program; of a long one the author's calls and loops are folded. */
export function linesHtml(book: Book, stages: Stage[]): string {
  const groups = book.forward > 60 ? book.document.groups : [];
  let open: number[] = [];
  let html = "";
  const into = (path: number[]) => {
    const same = path.filter((group, i) => group === open[i]).length;
    html += "</details>".repeat(open.length - same);
    for (const group of path.slice(same)) html += `<details><summary class="line">${escaped(groups[group].title)}</summary>`;
    open = path;
  };
  for (const stage of stages) {
    const { index, backward, line } = stage;
    // A gradient's line lies where its variable is computed.
    const at = backward ? (book.stage(book.about(stage) ?? -1)?.index ?? -1) : index;
    into(groups.flatMap(({ first, last }, i) => (at >= first && at <= last ? [i] : [])));
    const characters = Array.from(line.code); // parts count characters
    const length = (n: number) => characters.slice(0, n).join("").length;
    const parts = (line.parts ?? []).map(([start, end, variable]): Piece => ({ start: length(start), end: length(end), variables: [variable], kind: "name" }));
    html += `<button class="line${backward ? " backward" : ""}" data-at="${index}">${marked(line.code, parts)}</button>`;
  }
  into([]);
  return html;
}
