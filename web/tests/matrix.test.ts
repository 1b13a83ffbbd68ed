import { describe, expect, it } from "vitest";
import type { Book } from "../src/document/book";
import { broadcast } from "../src/model/broadcast";
import { cellOf, entryAt, heatOf, sheetOf, slide, writer } from "../src/model/matrix";

describe("an array that broadcasts", () => {
  it("stands in the larger one as NumPy broadcasts it", () => {
    expect([...Array.from(broadcast({ data: [1, 2, 3], shape: [3] }, [2, 3]).data)]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([...Array.from(broadcast({ data: [1, 2], shape: [2, 1] }, [2, 3]).data)]).toEqual([1, 1, 1, 2, 2, 2]);
    expect([...Array.from(broadcast({ data: [7], shape: [] }, [2, 2]).data)]).toEqual([7, 7, 7, 7]);
    expect(broadcast({ data: [7], shape: [] }, [0, 2]).data.length).toBe(0);
  });
  it("is looked at where what it broadcasts to is looked at, and the other way round", () => {
    const book = { of: (v: number) => (v === 1 ? 0 : undefined), shape: (v: number) => (v === 1 ? [2, 1] : [2, 3]) } as unknown as Book;
    expect(entryAt(book, { variable: 0, entry: 4 }, 1)).toBe(1);
    expect(entryAt(book, { variable: 1, entry: 1 }, 0)).toBe(3);
    expect(entryAt(book, { variable: 2, entry: 1 }, 0)).toBeNull();
  });
});

describe("a sheet", () => {
  it.each([[[], false], [[5], false], [[5], true], [[3, 4], false], [[3, 4], true], [[4, 1], false], [[4, 1], true], [[2, 3, 4], false]] as [number[], boolean][])("of shape %j, turned %s, finds the cell of each entry", (shape, turned) => {
    const sheet = sheetOf(shape, shape.length > 2 ? 1 : 0, turned);
    for (let row = 0; row < sheet.rows; row++) for (let column = 0; column < sheet.columns; column++) expect(cellOf(sheet, sheet.entry(row, column))).toEqual([row, column]);
  });
  it("does not find what is on another slice", () => expect(cellOf(sheetOf([2, 3, 4], 1), 3)).toBeNull());
});

describe("numbers of one array", () => {
  const written = (data: number[]) => data.map(writer(data));
  it("have the same decimals", () => expect(written([0.5, -0.25, 0.125])).toEqual(["0.500", "−0.250", "0.125"]));
  it("have no more decimals than they need", () => expect(written([1, -1, 2.5])).toEqual(["1.0", "−1.0", "2.5"]));
  it("that are whole stay whole", () => expect(written([0, 1, -12])).toEqual(["0", "1", "−12"]));
  it("are zero only where they are zero", () => expect(written([3.25, 0.00001, 0]).map((t) => t.trim())).toEqual(["3.25", "1e−5", "0"]));
  it("that are very small or large have a power of ten", () => expect(written([1.5e-7, 2e9])).toEqual(["1.50e−7", "2.00e9"]));
  it("may be none", () => expect(written([NaN, Infinity, -Infinity, 1.5])).toEqual(["nan", "inf", "−inf", "1.5"]));
});

describe("a map of colours", () => {
  it("leaves zero as paper, marks the negative, and sets apart what is no number", () => {
    const heat = heatOf([0, -1, 0.5, NaN], 1, 2, 2, (r, c) => 2 * r + c);
    expect(heat.levels).toEqual([
      { positive: false, opacity: 1, path: "M1 0h1v1h-1z" },
      { positive: true, opacity: 0.5, path: "M0 1h1v1h-1z" },
    ]);
    expect(heat.minus).toBe("M1.3 0.5h.4");
    expect(heat.odd).toBe("M1 1h1v1h-1z");
  });
});

describe("a slider", () => {
  it("goes about as far as the number is large", () => {
    expect(slide(0.4, false)).toEqual({ min: -0.6, max: 1.4, step: 0.005 });
    expect(slide(0, false)).toEqual({ min: -1, max: 1, step: 0.005 });
    expect(slide(100, false)).toEqual({ min: -100, max: 300, step: 1 });
    expect(slide(3, true)).toEqual({ min: -7, max: 13, step: 1 });
    expect(slide(NaN, false)).toEqual({ min: -1, max: 1, step: 0.005 });
  });
});
