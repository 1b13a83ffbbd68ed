import { describe, expect, it } from "vitest";
import { curve, kink, stepSizes, stretchesWithout } from "../src/model/curve";
import { number } from "../src/model/format";
import { around, heights, holding, roundDown, scale, snap, ticksOf, zoomed } from "../src/model/scale";

const draw = (f: (x: number) => number, domain: [number, number] = [-2, 3]) => curve(f, domain, null, 600, Infinity);
/** Its pieces that reach into the picture. */
function seen(f: (x: number) => number, domain?: [number, number]) {
  const { pieces, heights } = draw(f, domain);
  return pieces.filter((piece) => piece.some((p) => p[1] >= heights[0] && p[1] <= heights[1]));
}
/** How far a drawing is from the function, at most, in shares of its height. */
function error(f: (x: number) => number, domain: [number, number]): number {
  const { pieces, heights } = draw(f, domain);
  let worst = 0;
  for (const piece of pieces)
    for (let i = 1; i < piece.length; i++)
      for (const t of [0.25, 0.5, 0.75]) {
        const x = piece[i - 1][0] + t * (piece[i][0] - piece[i - 1][0]);
        const y = piece[i - 1][1] + t * (piece[i][1] - piece[i - 1][1]);
        if (y < heights[1] && y > heights[0]) worst = Math.max(worst, Math.abs(f(x) - y) / (heights[1] - heights[0]));
      }
  return worst;
}

describe("a curve", () => {
  it.each<[string, (x: number) => number]>([
    ["x²", (x) => x * x],
    ["exp(sin x²)", (x) => Math.exp(Math.sin(x * x))],
    ["|x|", Math.abs],
    ["tanh 200x", (x) => Math.tanh(200 * x)],
    ["sin 50x", (x) => Math.sin(50 * x)],
    ["1/x", (x) => 1 / x],
  ])("is drawn to within half a hundredth of its height: %s", (_, f) => expect(error(f, [-2, 3])).toBeLessThan(0.005));

  it("is one piece where it has no gap", () => expect(draw((x) => x ** 3).pieces.length).toBe(1));
  it("is broken at a pole", () => {
    const pieces = seen((x) => 1 / x);
    expect(pieces.length).toBe(2);
    expect(pieces[0].every(([x]) => x < 0)).toBe(true);
  });
  it("is broken at a pole with the same sign on both sides", () => expect(seen((x) => 1 / (x - 0.3) ** 2).length).toBe(2));
  it("is broken at jumps", () => expect(draw(Math.floor, [-0.5, 2.5]).pieces.length).toBe(4));
  it("begins where the function begins to have values", () => {
    const { pieces } = draw(Math.sqrt);
    expect(pieces.length).toBe(1);
    expect(pieces[0][0][0]).toBeGreaterThanOrEqual(0);
    expect(pieces[0][0][0]).toBeLessThan(1e-6);
  });
  it("has no piece where there is no value at all", () => expect(draw(() => NaN).pieces).toEqual([]));
  it("says where it turns too often to be drawn, and only there", () => {
    expect(draw((x) => Math.sin(4000 * x)).wild).toBe(true);
    expect(draw((x) => Math.sin(200 * x)).wild).toBe(false);
  });
  it("does not fall in step with an oscillation", () => {
    const all = draw((x) => Math.sin(2 * Math.PI * 36 * x), [0, 5]).pieces.flat().map((p) => p[1]);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(1.9);
  });
});

describe("the height that is shown", () => {
  it("holds the point", () => expect(heights([0, 1, 2], [50])[1]).toBeGreaterThan(50));
  it("leaves out what runs away to a pole", () => expect(heights(Array.from({ length: 100 }, (_, i) => (i === 50 ? 1e9 : i)), [])[1]).toBeLessThan(400));
  it("is there for a constant, and for nothing", () => {
    expect(heights([3, 3, 3], [3])).toEqual([2, 4]);
    expect(heights([NaN], [NaN])).toEqual([-1, 1]);
  });
});

describe("a kink", () => {
  it("has a slope on each side", () => {
    const [left, right] = kink(Math.abs, 0, 4)!;
    expect(left).toBeCloseTo(-1);
    expect(right).toBeCloseTo(1);
  });
  it.each<[string, (x: number) => number, number]>([
    ["x² at 0", (x) => x * x, 0],
    ["x³ at 0", (x) => x ** 3, 0],
    ["exp(sin x²) at 1.5", (x) => Math.exp(Math.sin(x * x)), 1.5],
    ["sin 200x at 0.3", (x) => Math.sin(200 * x), 0.3],
    ["|x| away from 0", Math.abs, 0.5],
    ["a constant", () => 3, 1],
    ["the edge of the square root", Math.sqrt, 0],
  ])("is not there: %s", (_, f, x) => expect(kink(f, x, 4)).toBeNull());
});

describe("stretches", () => {
  it("are found where something does not hold", () => {
    const [[from, to], ...more] = stretchesWithout((x) => x > 0, [-1, 2]);
    expect([from, more.length]).toEqual([-1, 0]);
    expect(to).toBeCloseTo(0, 6);
    expect(stretchesWithout(() => true, [0, 1])).toEqual([]);
    expect(stretchesWithout(() => false, [0, 1])).toEqual([[0, 1]]);
  });
  it("begin and end at round numbers and hold the number", () => {
    for (const x of [1.5, 0, -0.003, 2e6, 3e-7, 0.1, -7.3]) {
      const [from, to] = around(x);
      expect(from < x && x < to).toBe(true);
      expect(String(from).length).toBeLessThan(9);
    }
    expect(around(1.5)[0]).toBeLessThanOrEqual(0);
  });
  it("are halved and doubled around the point, which stays inside", () => {
    const [from, to] = zoomed([-2, 4], 1.5, 0.5);
    expect(to - from).toBeCloseTo(3);
    expect(from < 1.5 && 1.5 < to).toBe(true);
  });
  it("follow a number that leaves them", () => {
    const [from, to] = holding([0, 4], 9);
    expect(from < 9 && 9 < to).toBe(true);
    expect(to - from).toBeCloseTo(4);
    expect(holding([0, 4], 2)).toEqual([0, 4]);
  });
});

it("an axis leads from numbers to pixels and back", () => {
  const axis = scale([-1, 3], [40, 440]);
  expect(axis.at(1)).toBe(240);
  expect(axis.from(240)).toBe(1);
});
it("ticks are written with the digits of their step", () => {
  expect(ticksOf([-1, 1], 4).map((t) => t.text)).toEqual(["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
  expect(ticksOf([0, 4], 4).map((t) => t.text)).toEqual(["0", "1", "2", "3", "4"]);
});
it("a number has no power of ten that it does not need", () =>
  expect([12345.6, 9999.7, 190.483, 99999.96].map((x) => number(x, 4))).toEqual(["12346", "10000", "190.5", "100000"]));
it("round numbers are round", () => {
  expect([0.07, 3, 0.5, 1, 99].map(roundDown)).toEqual([0.05, 2, 0.5, 1, 50]);
  expect(snap(0.30000000000000004, 0.1)).toBe(0.3);
});
it("steps of h go down to a ten-thousandth, all of them short numbers", () => {
  const sizes = stepSizes([-0.5, 3.5]);
  expect(sizes[0]).toBe(1e-4);
  expect(sizes.every((h) => String(h).length < 9 && h <= 2)).toBe(true);
});
