// The three pictures of a function, each with a point to move: one number's curve, its chain of steps, a map of two numbers.

import type { Book } from "../document/book";
import type { Formula, Link } from "../document/types";
import { sendBack } from "../interpreter/running";
import { curve, kink, stretchesWithout, type Place } from "./curve";
import { axes, escaped, mark, path, plot, text, which, within, type Axes } from "./drawing";
import { number } from "./format";
import { around, holding, type Stretch } from "./scale";
import type { Picked, Session } from "./session.svelte";
import { arrows, grid, levelsOf, terrain } from "./surface";

export interface Asked {
  session: Session;
  way: string;
  /** The numbers that it is drawn against: one or two; what they are called, where they are, and from where to where is shown. */
  picked: Picked[];
  names: string[];
  at: number[];
  domains: Stretch[];
  width: number;
  /** The step of the secant. */
  h: number;
  /** Can the numbers be moved? */
  movable: boolean;
  /** What was made before: it holds while only the point moves. */
  kept<T>(make: () => T): T;
}

/** A number with its name: what it is, the name, the number, a note. */
export type Fact = [role: string, name: string, value: string, note?: string];

export interface Shown {
  title: string;
  words: string;
  height: number;
  svg: string;
  /** Where points can be moved: their axes, where those lie, and which of the numbers are moved (to the right; up). */
  areas: { frame: Axes; x: number; y: number; moves: number[] }[];
  facts: Fact[];
  sentences: string[];
  formula?: Formula;
}

/** The result as a function of these numbers, all else held; nan where the code would take another branch. */
function along({ book, runner, questions }: Session, picked: Picked[]): { f(...at: number[]): number; holds(...at: number[]): boolean; asks: boolean } {
  const guards = (questions?.obstacles.length === 0 && questions.program.guards) || [];
  const ran = guards.length ? questions! : runner!;
  const run = ran.along(picked, [book.output, ...guards.map((guard) => guard.variable)]);
  const f = (...at: number[]) => {
    const values = run(...at);
    return ran.answersChanged(values).length ? NaN : values[book.output].data[0];
  };
  return { f, holds: (...at) => !ran.answersChanged(run(...at)).length, asks: guards.length > 0 };
}

/** From where to where a number's curve is worth drawing: as the document says, else around it. */
export function stretchOf(book: Book, variable: number, at: number, beside?: ArrayLike<number>): Stretch {
  const range = book.document.lesson?.ranges.find((r) => r.variable === variable);
  return range ? [range.from, range.to] : around(at, beside);
}

export function pictureOf({ session, way, picked, names, at, domains, width, h, movable, kept }: Asked): Shown {
  const { book, elsewhere } = session;
  const L = book.symbol;
  const computed = session.value(book.output) !== null;
  const slopes = picked.map((p) => (session.gradient(p.variable) ? session.gradientEntry(p) : null));
  const absent = session.isComputed(book.output) && !computed ? "·" : "not computed yet";
  const said = (value: number | null) => (value === null ? absent : number(value, 6));
  const is = (name: string, value: number) => `${name} = ${number(value)}`;
  const d = picked.length > 1 ? "∂" : book.document.function.d;
  const symbols = names.map((name) => `${d}${L}/${d}${name}`);
  const [name, other] = names;

  const facts: Fact[] = [];
  const sentences: string[] = [];
  const add = (when: unknown, sentence: string) => when && sentences.push(sentence);
  const areas: Shown["areas"] = [];
  let svg = "";
  /** A drawing in its axes, and its point; where that has no height, it stands at the foot. */
  const area = (frame: Axes, x: number, y: number, [a, b]: Place, moves: number[], label: string, said: string, drawn: string): void => {
    const moved = movable && moves.length;
    const lost = !Number.isFinite(b);
    const slider = moved && {
      role: "slider",
      tabindex: 0,
      "aria-label": label,
      "aria-valuemin": frame.h.domain[0],
      "aria-valuemax": frame.h.domain[1],
      "aria-valuenow": a,
      "aria-valuetext": said,
      "data-role": "point",
      "data-look": `${picked[moves[0]].variable} ${picked[moves[0]].entry}`,
      "data-x": a,
      "data-y": b,
    };
    svg += mark(
      "g",
      { class: which({ area: true, movable: moved, flat: moves.length < 2 }), "data-area": areas.push({ frame, x, y, moves }) - 1, transform: `translate(${x},${y})` },
      mark("rect", { class: "hit", ...frame.box }) +
        mark("g", {}, drawn) +
        mark(
          "g",
          { transform: `translate(${frame.h.at(a)},${lost ? frame.bottom : frame.v.at(b)})`, ...slider },
          `${moved ? '<circle class="hit" r="18"/><circle class="halo" r="11"/>' : ""}<circle class="point${lost ? " lost" : ""}" r="${moved ? 6.5 : 5.5}"/>`,
        ),
    );
  };
  const done = (title: string, height: number, before: string, after = "", formula?: Formula): Shown => {
    const told = facts.map(([, name, value]) => `${name} = ${value}.`);
    return { title, words: [`${title}, everything else held: ${before}.`, ...told, ...sentences, after].join(" "), height, svg, areas, facts, sentences, formula };
  };
  const against = (n: number, height: number) => `${names[n]} = ${said(at[n])}, ${L} = ${said(computed ? height : null)}`;

  function slope(): Shown {
    const [x] = at;
    const [slope] = slopes;
    const { f, shape, grey } = kept(() => {
      const { f, holds, asks } = along(session, picked);
      return { f, shape: curve(f, domains[0], [x, f(x)], width), grey: asks ? stretchesWithout(holds, domains[0]) : [] };
    });
    const y = f(x);
    const end: Place = [x + h, f(x + h)];
    const quotient = (end[1] - y) / (end[0] - x);
    const off = slope === null ? 0 : Math.abs(quotient - slope);
    const [digits, last] = book.form(picked[0].variable).dtype === "float32" ? [7, 2 ** -23] : [16, 2 ** -52];
    const sides = computed && kink(f, x, (domains[0][1] - domains[0][0]) * (digits < 16 ? 100 : 1));

    add(elsewhere ?? grey.length, `Where the picture is grey the code takes another branch, for which nothing was derived${elsewhere ? `: here ${elsewhere} is answered differently` : ""}.`);
    add(computed && !Number.isFinite(y), `${L} is ${number(y)} here, so there is no point to draw.`);
    add(shape.wild, "Between the places that were computed it may turn more often than is drawn: zoom in.");
    if (sides) add(true, `Here is a kink: just to the left the slope is ${number(sides[0])}, just to the right ${number(sides[1])}.${slope === null ? "" : ` At the kink itself the derivation used ${number(slope)}.`}`);
    else {
      add(slope === 0, `The curve is flat here: a small step of ${name} changes ${L} by nearly nothing.`);
      add(off && (2 * Math.abs(y) * last) / Math.abs(h) > 0.2 * off, `With so small an h most of the difference is rounding: ${L} is known to ${digits} digits only.`);
    }
    facts.push(
      ["tangent", symbols[0], book.gradient(picked[0].variable) === undefined ? "not asked for" : said(slope), "the slope that the derivation computed"],
      ["secant", `(${L}(${name} + h) − ${L}(${name})) / h`, said(computed ? quotient : null)],
      ["", "difference", computed && slope !== null ? number(quotient - slope, 3) : "·"],
    );
    const height = Math.round(Math.max(260, Math.min(420, width * 0.62)));
    const frame = axes(width, height, shape.domain, shape.heights, name, L);
    const { h: across, top, bottom } = frame;
    const under = grey.map(([a, b]) => path("elsewhere", [[[across.at(a), top], [across.at(b), top], [across.at(b), bottom], [across.at(a), bottom]]])).join("");
    const point: Place = [x, computed ? y : NaN];
    area(frame, 0, 0, point, [0], name, `${against(0, y)}, slope ${facts[0][2]}`, plot(frame, shape, point, slope, { under, other: end, triangle: true, look: `${book.gradient(picked[0].variable)} ${picked[0].entry}` }));
    return done(`${L} against ${name}`, height, `${against(0, y)}, h = ${number(h)}`);
  }

  function plane(): Shown {
    const beside = width >= 720;
    const side = Math.max(220, Math.min(460, beside ? width * 0.5 : width - 60));
    const tall = beside ? (side + 60) / 2 : 210;
    const [a, b] = domains;
    const { f, levels, frame, ground } = kept(() => {
      const { f } = along(session, picked);
      const map = grid(f, a, b);
      const frame = axes(axes(side, side + 60, a, b, name, other).left + side + 14, side + 60, a, b, name, other);
      const levels = levelsOf(map.values).map((x) => number(x)).join(", ") || "no height: it is constant";
      return { f, levels, frame, ground: frame.svg + within("map", frame, terrain(map, frame)) };
    });
    const place = at as Place;
    const height = f(...at);
    const gradient = slopes as Place;
    const known = slopes.every((g) => g !== null && Number.isFinite(g));
    const here = `${is(name, at[0])}, ${against(1, height)}`;
    // Is a step to the right as long in the picture as a step upwards?
    const even = Math.abs((a[1] - a[0]) / (b[1] - b[0]) - 1) < 0.01;
    const steep = known && Math.hypot(...gradient);
    const right = even ? "it stands at a right angle on the line of equal height" : "the axes have different scales, so it does not stand at a right angle on the lines";
    sentences.push(
      steep ? `The gradient points where ${L} rises most steeply, by ${number(steep)} for a step of 1; ${right}. Downhill is the opposite way.` : known ? "The gradient is zero: here the map is flat." : "There is no gradient to draw here.",
    );
    area(frame, 0, 0, place, [0, 1], `${name} (left, right) and ${other} (up, down)`, here, ground + (known ? within("arrows", frame, arrows(frame, place, gradient, gradient.map((g) => number(g)))) : ""));
    names.forEach((one, i) => {
      facts.push(["tangent", symbols[i], said(slopes[i]), `along ${one}, the other held`]);
      const point: Place = [at[i], height];
      const shape = curve((x) => (i ? f(at[0], x) : f(x, at[1])), domains[i], point, width, 6);
      const cut = axes(beside ? Math.min(520, width - frame.right - 40) : width, tall, shape.domain, shape.heights, one, L);
      area(cut, beside ? frame.right + 34 : 0, (beside ? 0 : side + 66) + i * tall, point, [i], one, `${against(i, height)}, slope ${facts[i][2]}`, plot(cut, shape, point, slopes[i], { triangle: true }));
    });
    return done(`${L} over ${names.join(" and ")}`, beside ? side + 60 : side + 66 + 2 * tall, here, `Lines of equal height at ${levels}.`);
  }

  function chain(): Shown {
    const { letters, steps, chains, remark, links: own } = book.document.lesson!;
    const { ways, formula } = chains.find((c) => c.wrt === picked[0].variable)!;
    const nameOf = (variable: number) => letters.find((l) => l.variable === variable)?.name ?? book.name(variable);
    const runner = session.runner!;
    // In a product, what begins with a minus sign is put in brackets.
    const factor = (value: number) => (value < 0 ? `(${number(value)})` : number(value));
    const tall = 216;
    const most = Math.max(1, Math.min(Math.floor(width / 210), Math.max(...ways.map((way) => way.length))));
    const wide = Math.min(330, width / most);
    const places: string[] = [];
    let row = 0;
    const products = ways.map((way, w) => {
      const [signs, factors]: string[][] = [[], []];
      let product = 1;
      way.forEach(([s, k], n) => {
        const { target, formula, slopes } = steps[s];
        const { operand, symbol, formula: sign, links } = slopes[k];
        // What comes back over its links for an upstream gradient of 1.
        const one = { data: Float64Array.of(1), shape: [], dtype: "float64" };
        const slope = links.reduce((sum, link) => sum + sendBack(book.document, ((own ?? book.document.links) as Link[])[link], one, runner.values).data[0], 0);
        const [from, to] = [operand, target].map(nameOf);
        const point = [operand, target].map((variable) => session.known(variable)!.data[0]) as Place;
        const [here, there] = [is(from, point[0]), is(to, point[1])];
        const first = !w && !n;
        const last = n === way.length - 1;
        const run = runner.along([{ variable: operand, entry: 0 }], [target], true);
        const shape = curve((x) => run(x)[target].data[0], first ? domains[0] : holding(stretchOf(book, operand, point[0]), point[0]), point, wide, 12);
        const frame = axes(wide, tall, shape.domain, shape.heights, from, to);
        const { left, right, bottom } = frame;
        const [px, py] = [frame.h.at(point[0]), frame.v.at(point[1])];
        const labels =
          text("name", (left + right) / 2, 14, formula.text) +
          text("slope", (left + right) / 2, tall + 12, `${symbol}${sign === number(slope) ? "" : ` = ${sign}`} = ${number(slope)}`) +
          text("on", last ? left + 6 : right - 6, py + (py < 50 ? 15 : -6), last ? there : `${there} →`, last ? "start" : "end");
        // How the point is read: up from one axis, then back to the other, or on to the next picture.
        const under = path("guide", [[[px, bottom], [px, py], [last ? left : right, py]]], {}, "");
        const told = `${here}, ${there}, ${is(symbol, slope)}`;
        area(frame, (n % most) * wide, (row + Math.floor(n / most)) * (tall + 34), point, first ? [0] : [], from, told, plot(frame, shape, point, slope, { under }) + labels);
        if (n) places.push(`${symbol} at ${here}`);
        signs.unshift(symbol);
        factors.unshift(factor(slope));
        product *= slope;
      });
      row += Math.ceil(way.length / most);
      facts.push([`way ${w + 1}`, `${ways.length > 1 ? `way ${w + 1}: ` : ""}${signs.join(" · ")} = ${factors.join(" · ")}`, number(product)]);
      return product;
    });
    if (products.length > 1) facts.push(["", `the ways added up: ${products.map(factor).join(" + ")}`, number(products.reduce((a, b) => a + b))]);
    facts.push(["tangent", formula.text.split(" = ")[0], slopes[0] === null ? absent : number(slopes[0]), "the slope of the whole, as the derivation computed it"]);
    // The document's remark is about one chain of two.
    const [place, more] = places;
    add(place, `${!more && remark?.includes(place.split(" at ")[0]) ? remark : "Each slope is taken where the step before it has arrived; the slopes are multiplied, not the values."} Here: ${places.join(", ")}.`);
    return done(`How ${nameOf(picked[0].variable)} reaches ${L}, step by step`, row * (tall + 34), is(nameOf(picked[0].variable), at[0]), "", formula);
  }

  return way === "Curve" ? slope() : way === "Chain" ? chain() : plane();
}

/** The numbers of a picture as a table, as HTML. */
export const table = (facts: Fact[]): string => {
  const rows = facts.map(
    ([role, name, value, note]) => `<tr class="${role}"><th scope="row">${escaped(name)}${note ? `<small class="quiet">${escaped(note)}</small>` : ""}</th><td data-fact="${role || name}">${value}</td></tr>`,
  );
  return `<table><tbody>${rows.join("")}</tbody></table>`;
};
