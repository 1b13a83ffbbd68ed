import { expect, test } from "vitest";
import { randomSamples } from "../src/model/random";

test("seed 1 begins as NumPy's does", () => {
  const next = randomSamples(1);
  expect([next(), next(), next()]).toEqual([0.417022004702574, 0.7203244934421581, 0.00011437481734488664]);
});

test("it goes on as NumPy does after more than one round of its state", () => {
  const next = randomSamples(42);
  let last = 0;
  for (let i = 0; i < 1000; i++) last = next();
  expect(last).toBe(0.44600577295795574);
});
