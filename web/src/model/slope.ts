// One number: the curve of the result against it, the tangent by the computed slope, a secant that turns into it.

import { curve, kink, stretchesWithout, type Place } from "./curve";
import { plot } from "./drawing";
import { number } from "./format";
import { moving, type Asked, type Fact, type Shown } from "./shown";

/** Digits that a number of this type is known to, and the last of them. */
const DIGITS: Record<string, [number, number]> = { float32: [7, 2 ** -23] };

export function slopeShown(asked: Asked): Shown {
  const { session, rerun, picked, names, at, domains, width, id, h, kept } = asked;
  const { book, elsewhere } = session;
  const [[p], [name], [x], [domain]] = [picked, names, at, domains];
  const L = book.symbol;
  const { d } = book.document.function;
  const symbol = `${d}${L}/${d}${name}`;
  const computed = session.value(book.output) !== null;
  const slope = session.gradient(p.variable) && session.gradientEntry(p);

  // The curve stays while only the point moves on it.
  const changed = rerun.follow(session, picked);
  const f = rerun.along(picked);
  const y = f(x);
  const of = [p.variable, p.entry, domain, width].join();
  if (changed || kept.of !== of || kept.rerun !== rerun)
    Object.assign(kept, { of, rerun, elsewhere: rerun.asks ? stretchesWithout(rerun.sameBranch(picked), domain) : [], curve: curve(f, domain, [x, y], width) });
  const point: Place = [x, computed ? y : NaN];
  const other: Place = [x + h, f(x + h)];
  const quotient = (other[1] - y) / (other[0] - x);
  const height = Math.round(Math.max(260, Math.min(420, width * 0.62)));

  const sentences: string[] = [];
  const add = (when: unknown, sentence: string) => when && sentences.push(sentence);
  if (elsewhere) add(true, `Here the code takes another branch: ${elsewhere} is answered differently. Nothing was derived for it.`);
  else add(kept.elsewhere!.length, "Where the picture is grey the code takes another branch, for which nothing was derived here.");
  if (computed) {
    const [digits, last] = DIGITS[book.form(p.variable).dtype] ?? [16, 2 ** -52];
    add(!Number.isFinite(y), `${L} is ${number(y)} here, so there is no point to draw.`);
    add(kept.curve!.wild, "Between the places that were computed it may turn more often than is drawn: zoom in.");
    const sides = kink(f, x, (domain[1] - domain[0]) * (digits < 16 ? 100 : 1));
    if (sides) add(true, `Here is a kink: just to the left the slope is ${number(sides[0])}, just to the right ${number(sides[1])}.${slope === null ? "" : ` At the kink itself the derivation used ${number(slope)}.`}`);
    else if (slope !== null) {
      const off = Math.abs(quotient - slope);
      add(slope === 0, `The slope is 0: the curve is flat here, and a small step of ${name} changes ${L} by nearly nothing.`);
      add(Math.abs(slope) === Infinity, "The tangent stands upright.");
      add((2 * Math.abs(y) * last) / Math.abs(h) > 0.2 * off && off, `With so small an h most of the difference is rounding: ${L} is known to ${digits} digits only.`);
    }
    add(Number.isFinite(y) && !Number.isFinite(other[1]), `At ${name} + h there is no value to draw a secant to.`);
  }

  const said = (value: number | null) => (value === null ? (session.isComputed(book.output) && !computed ? "·" : "not computed yet") : number(value, 6));
  const facts: Fact[] = [
    ["tangent", symbol, book.gradient(p.variable) === undefined ? "not asked for" : said(slope), "the slope that the derivation computed"],
    ["secant", `(${L}(${name} + h) − ${L}(${name})) / h`, said(computed ? quotient : null)],
    ["", "difference", computed && slope !== null ? number(quotient - slope, 3) : "·"],
  ];
  const here = `${name} = ${number(x, 6)}, ${L} = ${said(computed ? y : null)}`;
  return {
    title: `${L} against ${name}`,
    words: `${L} against ${name}, from ${number(domain[0])} to ${number(domain[1])}, everything else held. The point: ${here}. The tangent: ${symbol} is ${facts[0][2]}. The secant with h = ${number(h)}: ${facts[1][1]} is ${facts[1][2]}. ${sentences.join(" ")}`,
    height,
    areas: [
      {
        drawn: plot({ width, height, curve: kept.curve!, across: name, up: L, point, slope, other, elsewhere: kept.elsewhere, triangle: true }, id),
        label: name,
        at: point,
        said: `${here}, slope ${facts[0][2]}`,
        flat: true,
        ...moving(asked, 0),
      },
    ],
    facts,
    sentences,
  };
}
