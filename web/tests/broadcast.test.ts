import { expect, test } from "vitest";
import { entryIn } from "../src/model/broadcast";

test("an entry of a row, a column, a number and the array itself stand for each entry", () => {
  const entries = [0, 1, 2, 3, 4, 5];
  expect(entries.map((e) => entryIn([3], [2, 3], e))).toEqual([0, 1, 2, 0, 1, 2]);
  expect(entries.map((e) => entryIn([2, 1], [2, 3], e))).toEqual([0, 0, 0, 1, 1, 1]);
  expect(entries.map((e) => entryIn([], [2, 3], e))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(entries.map((e) => entryIn([2, 3], [2, 3], e))).toEqual(entries);
});
