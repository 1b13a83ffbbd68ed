import { describe, expect, it } from "vitest";
import type { Book, Stage } from "../src/document/book";
import { entryName, productsOf, sumOf } from "../src/model/product";

/** A line c = a.T @ b: variable 2 is the transpose, 3 what comes out. */
const shapes = [[3, 2], [3], [2, 3], [2]];
const steps: Record<number, { primitive: string; inputs: number[] }> = { 2: { primitive: "transpose", inputs: [0] }, 3: { primitive: "matrix_vector", inputs: [2, 1] } };
const names = ["a", "b", undefined, "c"];
const book = {
  shape: (v: number) => shapes[v],
  step: (v: number) => steps[v],
  of: () => undefined,
  variable: (v: number) => ({ index: v, form: 0, name: names[v] }),
  title: (v: number) => names[v],
} as unknown as Book;
const stage = { line: { target: 3, covers: [2, 3] } } as unknown as Stage;

describe("a product", () => {
  const [product] = productsOf(book, stage);
  it("has a transpose as the matrix that was turned, and a vector as a column", () => {
    expect([product.left, product.right, product.result].map((f) => [f.variable, f.turned, f.name])).toEqual([[0, true, "a.T"], [1, true, "b"], [3, true, "c"]]);
    expect(product.left.sheet.entry(1, 2)).toBe(5);
    expect(entryName(product.result, 1, 0)).toBe("c[1]");
  });
  it("is a sum over the axis that both have", () => {
    const sum = sumOf(product, 1, 0, { data: [1, 2, 3, 4, 5, 6], shape: [3, 2] }, { data: [10, -20, 30], shape: [3] });
    expect(sum.names.join(" + ")).toBe("a.T[1, 0]·b[0] + a.T[1, 1]·b[1] + a.T[1, 2]·b[2]");
    expect(sum.numbers.join(" + ")).toBe("2·10 + 4·(−20) + 6·30");
  });
});
