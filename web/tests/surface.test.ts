import { describe, expect, it } from "vitest";
import type { Place } from "../src/model/curve";
import { axes } from "../src/model/drawing";
import { arrows, evened, grid, levelsOf, reach, rings, terrain } from "../src/model/surface";

const map = (f: (x: number, y: number) => number) => grid(f, [-2, 2], [-2, 2], Infinity);
const area = (ring: Place[]) => Math.abs(ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - y * ring[(i + 1) % ring.length][0], 0)) / 2;
/** A step of the grid, in the map's numbers. */
const STEP = 4 / 60;

describe("rings", () => {
  it("go around what is higher", () => {
    const [ring, ...more] = rings(map((x, y) => -Math.hypot(x, y)), -1);
    expect(more).toEqual([]);
    expect(area(ring) * STEP ** 2).toBeCloseTo(Math.PI, 1);
    for (const [i, j] of ring) expect(Math.hypot(i * STEP - 2, j * STEP - 2)).toBeCloseTo(1, 2);
  });
  it("are two where there are two hills", () => expect(rings(map((x, y) => Math.exp(-9 * ((x - 1) ** 2 + y * y)) + Math.exp(-9 * ((x + 1) ** 2 + y * y))), 0.5).length).toBe(2));
  it("have a hole in a ring mountain", () => expect(rings(map((x, y) => -((Math.hypot(x, y) - 1) ** 2)), -0.1).length).toBe(2));
  it("run along the edge of the map", () => {
    const [ring] = rings(map((x) => x), 0);
    expect(area(ring) * STEP ** 2).toBeCloseTo(8, 5);
  });
  it("meet saddles without losing a line", () => expect(rings(map((x, y) => x * y), 0.01).reduce((sum, ring) => sum + area(ring), 0) * STEP ** 2).toBeCloseTo(8, 0));
  it("leave out what is nan", () => {
    const [ring] = rings(map((x, y) => Math.sqrt(x) + 0 * y), -1);
    expect(Math.min(...ring.map((p) => p[0]))).toBeGreaterThanOrEqual(30);
  });
});

describe("heights of lines", () => {
  it("are round and even where the map is", () => expect(levelsOf(map((x, y) => x + y).values)).toEqual([-3, -2, -1, 0, 1, 2, 3]));
  it("crowd where it is low, if few places are high", () => {
    const levels = levelsOf(map((x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2).values);
    expect(levels.length).toBeGreaterThan(4);
    expect(levels[0]).toBeLessThan(50);
  });
  it("are there for small differences of large numbers", () => expect(levelsOf(map((x, y) => 0.49 + 1e-4 * Math.exp(x + y)).values).length).toBeGreaterThan(3));
  it("are none where there is no height but one", () => {
    expect(levelsOf(map(() => 3).values)).toEqual([]);
    expect(levelsOf(map(() => NaN).values)).toEqual([]);
  });
});

describe("arrows", () => {
  const frame = axes(480, 460, [-2, 2], [-2, 2], "x", "y");
  const read = (svg: string, role: string) => {
    const found = new RegExp(`data-role="${role}" data-x1="([^"]*)" data-y1="([^"]*)" data-x2="([^"]*)" data-y2="([^"]*)"`).exec(svg)!.slice(1).map(Number);
    return [found[2] - found[0], found[3] - found[1]];
  };
  it("point along the gradient, and against it", () => {
    const svg = arrows(frame, [0.5, 0.5], [3, -1], ["a", "b"]);
    const [x, y] = read(svg, "gradient");
    expect(y / x).toBeCloseTo(-1 / 3);
    expect(x).toBeGreaterThan(0);
    const [u, v] = read(svg, "descent");
    expect([u, v]).toEqual([expect.closeTo(-x), expect.closeTo(-y)]);
  });
  it("are not there without a slope, or with none that is a number", () => {
    for (const g of [[0, 0], [NaN, 1], [Infinity, 1]] as Place[]) expect([arrows(frame, [0, 0], g, ["a", "b"]), reach(frame, g)]).toEqual(["", 0]);
  });
});

it("a map says where there is no value", () => {
  const frame = axes(480, 460, [-2, 2], [-2, 2], "x", "y");
  expect(terrain(map((x, y) => Math.log(x * y)), frame)).toContain('data-role="none"');
  expect(terrain(map((x, y) => x * y), frame)).not.toContain('data-role="none"');
});
it("a slow function gets a coarser grid", () => {
  const slow = () => {
    const until = performance.now() + 0.5;
    while (performance.now() < until);
    return 1;
  };
  expect(grid(slow, [0, 1], [0, 1], 20).n).toBe(17);
});
it("stretches of about the same width are made equal", () => {
  expect(evened([-1, 3], [0, 6])).toEqual([[-2, 4], [0, 6]]);
  expect(evened([0, 1], [0, 600])).toEqual([[0, 1], [0, 600]]);
});
