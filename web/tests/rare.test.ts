import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PRIMITIVES } from "../src/interpreter/primitives";
import { RARE } from "../src/interpreter/rare";

test("Python knows which primitives are rare", () => {
  const page = readFileSync(new URL("../../src/whygrad/explaining/page.py", import.meta.url), "utf8");
  const told = /RARE = frozenset\(([^)]*)\)/.exec(page)![1].match(/[a-z_]+/g)!.filter((word) => word !== "split");
  expect(told.sort()).toEqual(Object.keys(RARE).sort());
});

test("no primitive is in both parts", () => {
  expect(Object.keys(RARE).filter((name) => PRIMITIVES[name])).toEqual([]);
});
