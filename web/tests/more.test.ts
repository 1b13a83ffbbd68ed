import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PRIMITIVES } from "../src/interpreter/primitives";
import { MORE } from "../src/interpreter/more";

test("Python knows which primitives the page's own module has", () => {
  const page = readFileSync(new URL("../../src/whygrad/explaining/page.py", import.meta.url), "utf8");
  const told = /OWN = frozenset\(\n([\s\S]*?)\n\)/.exec(page)![1].match(/[a-z_0-9]+/g)!.filter((word) => word !== "split");
  expect(told.sort()).toEqual(Object.keys(PRIMITIVES).sort());
});

test("no primitive is in both parts", () => {
  expect(Object.keys(MORE).filter((name) => PRIMITIVES[name])).toEqual([]);
});
