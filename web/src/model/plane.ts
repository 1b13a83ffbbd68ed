// Two numbers: the result as a map with the two partial slopes and the gradient, and the cuts through the point.

import { curve, type Place } from "./curve";
import { axes, clip, plot, role } from "./drawing";
import { number } from "./format";
import { moving, type Asked, type Shown } from "./shown";
import { arrows, grid, levelsOf, terrain } from "./surface";

export function planeShown(asked: Asked): Shown {
  const { session, rerun, picked, names, at, domains, width, id, kept } = asked;
  const { book } = session;
  const L = book.symbol;
  const gradient = picked.map((p) => session.gradient(p.variable) && session.gradientEntry(p));
  const known = gradient.every((g) => g !== null && Number.isFinite(g));

  const beside = width >= 720;
  const side = Math.max(220, Math.min(460, beside ? width * 0.5 : width - 60));
  const tall = beside ? (side + 60) / 2 : 210;
  const [a, b] = domains;
  const { left } = axes(side, side + 60, a, b, names[0], names[1]);
  const frame = axes(left + side + 14, side + 60, a, b, names[0], names[1]);
  // The map stays while only the point moves on it.
  const changed = rerun.follow(session, picked);
  const f = rerun.along(picked);
  const of = [...picked.flatMap((p) => [p.variable, p.entry]), domains, width].join();
  if (changed || kept.of !== of || kept.rerun !== rerun) {
    const map = grid(f, a, b);
    Object.assign(kept, { of, rerun, grid: map, ground: frame.svg + clip(id, frame) + role("map", frame, terrain(map, frame), id) });
  }
  const height = f(...at);
  const point: Place = [frame.h.at(at[0]), frame.v.at(at[1])];
  const symbols = names.map((name) => `∂${L}/∂${name}`);
  const values = gradient.map((g) => (g === null ? "not computed yet" : number(g, 6)));
  const here = `${names[0]} = ${number(at[0])}, ${names[1]} = ${number(at[1])}, ${L} = ${number(height, 6)}`;
  // Is a step to the right as long in the picture as a step upwards?
  const even = Math.abs((a[1] - a[0]) / (b[1] - b[0]) - 1) < 0.01;
  const steep = known ? Math.hypot(...(gradient as number[])) : NaN;

  const cuts = [0, 1].map((i) => {
    const place: Place = [at[i], height];
    const shape = curve((x) => (i ? f(at[0], x) : f(x, at[1])), domains[i], place, width, 6);
    const drawn = plot({ width: beside ? Math.min(520, width - frame.right - 40) : width, height: tall, curve: shape, across: names[i], up: L, point: place, slope: gradient[i], triangle: true }, `${id}-${i}`);
    return { drawn, x: beside ? frame.right + 34 : 0, y: (beside ? 0 : side + 66) + i * tall, label: names[i], at: place, said: `${names[i]} = ${number(at[i])}, ${L} = ${number(height)}, ${symbols[i]} = ${values[i]}`, flat: true, ...moving(asked, i) };
  });
  const sentences = [
    !known
      ? "There is no gradient to draw here."
      : steep
        ? `The gradient points where ${L} rises most steeply, by ${number(steep)} for a step of 1${even ? "; it stands at a right angle on the line of equal height" : ""}. Downhill is the opposite way.`
        : "The gradient is zero: here the map is flat.",
  ];
  if (!even) sentences.push("The two axes have different scales, so right angles do not look right here.");
  return {
    title: `${L} over ${names.join(" and ")}`,
    words: `${L} over ${names.join(" and ")}, everything else held. The point: ${here}. Along each axis, the other held: ${symbols.map((s, i) => `${s} = ${values[i]}`).join(", ")}. ${sentences.join(" ")} Lines of equal height at ${levelsOf(kept.grid!.values).map((x) => number(x)).join(", ") || "no height: it is constant"}.`,
    height: beside ? side + 60 : side + 66 + 2 * tall,
    areas: [
      {
        drawn: {
          ...frame,
          point,
          ground: kept.ground,
          svg: known ? role("arrows", frame, arrows(frame, at as Place, gradient as Place, gradient.map((g) => number(g!))), id) : "",
        },
        label: `${names[0]} (left, right) and ${names[1]} (up, down)`,
        at: at as Place,
        said: here,
        ...moving(asked),
      },
      ...cuts,
    ],
    facts: symbols.map((s, i) => ["tangent", s, values[i], `along ${names[i]}, the other held`]),
    sentences,
  };
}
