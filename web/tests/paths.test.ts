import { expect, test } from "vitest";
import type { Book } from "../src/document/book";
import { PathFinder } from "../src/model/paths";

/** A graph of numbers: each link multiplies by a factor. Variables are numbered as they are computed. */
function bookOf(links: { operand: number; result: number; factor: number }[], output: number, unnamed: number[] = []): { book: Book; send: (n: number) => (g: Float64Array) => Float64Array } {
  const book = {
    output,
    shape: () => [],
    variable: (i: number) => ({ name: unnamed.includes(i) ? undefined : `v${i}` }),
    link: (n: number) => ({ ...links[n], vjp: 0, reads: [] }),
    linksFrom: (i: number) => links.flatMap((l, n) => (l.operand === i ? [n] : [])),
    document: { vjps: [{ steps: [{ primitive: "multiply" }], variables: [] }], forms: [] },
  };
  return { book: book as unknown as Book, send: (n) => (g) => g.map((x) => x * links[n].factor) };
}

/** All paths, one by one. */
function every(links: { operand: number; result: number; factor: number }[], from: number, to: number): number[] {
  if (from === to) return [1];
  return links.filter((l) => l.operand === from).flatMap((l) => every(links, l.result, to).map((p) => l.factor * p));
}

test("the largest products come first, and all of them add up", () => {
  let seed = 7;
  const random = () => ((seed = (seed * 16807) % 2147483647) / 2147483647) * 2 - 1;
  const links = [];
  for (let a = 0; a < 9; a++) for (let b = a + 1; b < 10; b++) if (random() > -0.6) links.push({ operand: a, result: b, factor: random() });
  const { book, send } = bookOf(links, 9);
  const products = every(links, 0, 9).sort((a, b) => Math.abs(b) - Math.abs(a));
  const routes = new PathFinder(book, send).routes(0, 0, 12);
  expect(routes.count).toBe(products.length);
  routes.largest.forEach((route, i) => {
    expect(Math.abs(route.product)).toBeCloseTo(Math.abs(products[i]), 12);
    expect(route.hops.reduce((product, hop) => product * hop.factor, 1)).toBeCloseTo(route.product, 12);
  });
  expect(routes.sum).toBeCloseTo(products.reduce((a, b) => a + b, 0), 12);
});

test("what has no name is gone through: its factors are multiplied, and its ways added", () => {
  const links = [
    { operand: 0, result: 1, factor: 2 },
    { operand: 0, result: 2, factor: 3 },
    { operand: 1, result: 3, factor: 5 },
    { operand: 2, result: 3, factor: 7 },
  ];
  const { book, send } = bookOf(links, 3, [1, 2]);
  expect(new PathFinder(book, send).routes(0, 0).largest).toEqual([{ hops: [{ variable: 3, entry: 0, factor: 31 }], product: 31 }]);
});

test("a factor of zero ends a path", () => {
  const links = [
    { operand: 0, result: 1, factor: 0 },
    { operand: 1, result: 2, factor: 4 },
  ];
  const { book, send } = bookOf(links, 2);
  expect(new PathFinder(book, send).routes(0, 0)).toEqual({ largest: [], count: 0, sum: 0 });
});
