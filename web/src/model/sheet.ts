// A sheet of numbers as markup: a few as a table, many as a map of colours, and what pages through them.

import { escaped, mark, which } from "./drawing";
import { number } from "./format";
import { heatOf, rangeOf, type Sheet } from "./matrix";

export type Cell = [row: number, column: number];

export interface SheetShown {
  data: ArrayLike<number>;
  sheet: Sheet;
  title: string;
  /** How a number is written, and what it is called: k1[0, 2]. */
  write: (value: number) => string;
  name: (row: number, column: number) => string;
  /** What is looked at, and what is picked, at a cell: "variable entry". */
  look: (row: number, column: number) => string;
  pick: (row: number, column: number) => string | undefined;
  /** The cell of the keyboard; the one that is looked at; the one that is picked. */
  cell: Cell;
  lit: Cell | null;
  picked: Cell | null;
  /** A row, a column, or the cell where both meet, that belongs to what is looked at elsewhere. */
  row: number | null;
  column: number | null;
}

/** A few of many at a time: one on, one back; nothing where all are shown. Its buttons say in data-to where they lead. */
export function pager(what: string, from: number, many: number, all: number, here = `${what} ${from} to ${Math.min(all, from + many) - 1} of ${all}`): string {
  if (all <= many) return "";
  const button = (word: string, sign: string, to: number) =>
    mark("button", { class: "button", "aria-label": `${what} ${word}`, "data-to": `${what} ${to}`, disabled: to < 0 || to >= all }, mark("span", { "aria-hidden": "true" }, sign));
  return mark("span", { class: "pager flow" }, button("before", "‹", from - many) + mark("span", {}, escaped(here)) + button("after", "›", from + many));
}

export function table({ data, sheet, title, write, name, look, pick, cell, lit, picked, row, column }: SheetShown, single: boolean): string {
  const is = (at: Cell | null, r: number, c: number) => at?.[0] === r && at[1] === c;
  const entry = (r: number, c: number) => {
    const value = data[sheet.entry(r, c)];
    const text = write(value);
    return mark(
      "td",
      {
        role: "gridcell",
        class: which({
          lit: is(lit, r, c),
          mate: (row ?? column) !== null && (row ?? r) === r && (column ?? c) === c,
          near: lit && (lit[0] === r || lit[1] === c),
          pickable: pick(r, c),
          picked: is(picked, r, c),
          strange: !Number.isFinite(value),
        }),
        tabindex: is(cell, r, c) ? 0 : -1,
        "data-look": look(r, c),
        "data-pick": pick(r, c),
        "aria-label": `${name(r, c)} = ${text.trim()}`,
        "aria-selected": pick(r, c) && String(is(picked, r, c)),
        title: `${name(r, c)} = ${number(value, 9)}`,
      },
      sheet.rows > 1 ? text : text.trimEnd(),
    );
  };
  const counted = (many: number, made: (n: number) => string) => Array.from({ length: many }, (_, n) => made(n)).join("");
  const rows = counted(sheet.rows, (r) => mark("tr", {}, counted(sheet.columns, (c) => entry(r, c))));
  return mark("table", { role: "grid", "aria-label": title, class: single && "single" }, mark("tbody", {}, rows));
}

/** So many rows and columns of a map at a time. */
export const PAGE = 64;

/** A map of colours from a row and a column on, with the cell that is looked at in words below it. */
export function map({ data, sheet, title, name, look, pick, cell, lit, picked, row, column }: SheetShown, [y, x]: Cell): string {
  const rows = Math.min(PAGE, sheet.rows - y);
  const columns = Math.min(PAGE, sheet.columns - x);
  const { least, most } = rangeOf(data);
  const heat = heatOf(data, Math.max(Math.abs(least), Math.abs(most)), rows, columns, (r, c) => sheet.entry(r + y, c + x));
  const wide = Math.max(4, Math.min(14, 256 / columns));
  const high = Math.max(4, Math.min(14, 176 / rows));
  /** A frame: of a whole row or column, where there is no number of the other kind. */
  const frame = (kind: string, r: number | null = null, c: number | null = null) =>
    r === null && c === null ? "" : mark("rect", { class: `frame ${kind}`, x: c === null ? 0 : c - x, y: r === null ? 0 : r - y, width: c === null ? columns : 1, height: r === null ? rows : 1 });
  const drawing = { preserveAspectRatio: "none", "aria-hidden": "true" };
  const here = lit ?? cell;
  const spot = { "data-look": look(...cell), "data-pick": pick(...cell) };
  return (
    pager("rows", y, PAGE, sheet.rows) +
    pager("columns", x, PAGE, sheet.columns) +
    mark(
      "div",
      { role: "grid", tabindex: -1, "aria-label": `${title}, a map of colours`, "aria-rowcount": sheet.rows, "aria-colcount": sheet.columns },
      mark(
        "svg",
        { class: "map", viewBox: `0 0 ${columns} ${rows}`, width: columns * wide, height: rows * high, ...drawing, ...spot },
        heat.levels.map(({ positive, opacity, path }) => mark("path", { class: positive ? "plus" : "less", "fill-opacity": opacity, d: path })).join("") +
          mark("path", { class: "odd", d: heat.odd }) +
          mark("path", { class: "dash", d: wide >= 6 && heat.minus }) +
          frame("mate", row, column) +
          frame("chosen", ...(picked ?? [])) +
          frame("now", ...(lit ?? [])),
      ) +
        mark(
          "div",
          { role: "row", "aria-rowindex": cell[0] + 1 },
          mark("span", { role: "gridcell", class: "readout", tabindex: 0, "aria-colindex": cell[1] + 1, ...spot }, escaped(`${name(...here)} = ${number(data[sheet.entry(...here)])}`)),
        ),
    ) +
    mark(
      "div",
      { class: "legend flow quiet" },
      (least <= most ? `${number(least, 3)} to ${number(most, 3)}` : "") +
        mark(
          "svg",
          { width: 84, height: 12, viewBox: "0 0 7 1", ...drawing },
          [-3, -2, -1, 0, 1, 2, 3].map((n) => mark("rect", { class: n < 0 ? "less" : "plus", x: n + 3, width: 1, height: 1, "fill-opacity": Math.abs(n) / 3 })).join("") + mark("path", { class: "dash", d: "M.3 .5h.4M1.3 .5h.4M2.3 .5h.4" }),
        ),
    )
  );
}
