// The chain rule: each step's own curve, the point handed on from one to the next, their slopes multiplied.

import type { Link } from "../document/types";
import { sendBack } from "../interpreter/running";
import { curve, type Place } from "./curve";
import { plot, text } from "./drawing";
import { number } from "./format";
import { Rerun } from "./rerun";
import { around, holding } from "./scale";
import { moving, type Asked, type Fact, type Shown } from "./shown";

const TALL = 216;
/** In a product, what begins with a minus sign is put in brackets. */
const factor = (value: number) => (value < 0 ? `(${number(value)})` : number(value));
const joined = (all: { symbol: string; value: number }[], by: (one: { symbol: string; value: number }) => string) => [...all].reverse().map(by).join(" · ");

export function chainShown(asked: Asked): Shown {
  const { session, picked, width, id } = asked;
  const { book } = session;
  const lesson = book.document.lesson!;
  const chain = lesson.chains.find((c) => c.wrt === picked[0].variable)!;
  const nameOf = (variable: number) => lesson.letters.find((l) => l.variable === variable)?.name ?? book.name(variable);
  const valueOf = (variable: number) => session.known(variable)!.data[0];

  // The ways, each a row of steps from the argument to the result, with the slope that each step has now.
  const ways = chain.ways.map((way) =>
    way.map(([s, k]) => {
      const step = lesson.steps[s];
      const { operand, symbol, formula, links } = step.slopes[k];
      // What comes back over its links for an upstream gradient of 1.
      const back = links.map((n) => sendBack(book.document, ((lesson.links ?? book.document.links) as Link[])[n], { data: Float64Array.of(1), shape: [], dtype: "float64" }, session.runner!.values).data[0]);
      const { target } = step;
      const [from, to] = [nameOf(operand), nameOf(target)].map((name, i) => ({ name, at: valueOf(i ? target : operand) }));
      return { formula: step.formula.text, said: formula, operand, target, symbol, from, to, value: back.reduce((a, b) => a + b, 0) };
    }),
  );
  const slopes = ways.map((steps) => steps.reduce((all, { value }) => all * value, 1));
  const total = slopes.reduce((a, b) => a + b, 0);
  const symbol = chain.formula.text.split(" = ")[0];

  const columns = Math.max(1, Math.min(Math.floor(width / 210), Math.max(...ways.map((w) => w.length))));
  const wide = Math.min(330, width / columns);
  let row = 0;
  const areas = ways.flatMap((steps, w) => {
    const found = steps.map(({ operand, target, symbol, said, value, formula, from, to }, n) => {
      const rerun = new Rerun(book, target, session);
      const first = !w && !n;
      const range = lesson.ranges.find((r) => r.variable === operand);
      const domain = first ? asked.domains[0] : holding(range ? [range.from, range.to] : around(from.at), from.at);
      const last = n === steps.length - 1;
      const point: Place = [from.at, to.at];
      const shape = curve(rerun.along([{ variable: operand, entry: 0 }]), domain, point, wide, 12);
      const drawn = plot({ width: wide, height: TALL, curve: shape, across: from.name, up: to.name, point, slope: value, guide: last ? "back" : "on" }, `${id}-${w}-${n}`);
      const [left, up] = drawn.point;
      const middle = (drawn.left + drawn.right) / 2;
      drawn.svg +=
        text("name", middle, 14, formula) +
        text("slope", middle, TALL + 12, `${symbol}${said === number(value) ? "" : ` = ${said}`} = ${number(value)}`) +
        (n ? "" : text("tick", left + 5, drawn.bottom - 5, `${from.name} = ${number(from.at)}`, "start")) +
        text("on", last ? drawn.left + 6 : drawn.right - 6, up + (up < 50 ? 15 : -6), `${to.name} = ${number(to.at)}${last ? "" : " →"}`, last ? "start" : "end");
      const said_ = `${from.name} = ${number(from.at)}, ${to.name} = ${number(to.at)}, ${symbol} = ${number(value)}`;
      return { drawn, x: (n % columns) * wide, y: (row + Math.floor(n / columns)) * (TALL + 34), label: from.name, at: point, said: said_, flat: true, ...(first ? moving(asked, 0) : {}) };
    });
    row += Math.ceil(steps.length / columns);
    return found;
  });

  const facts: Fact[] = ways.map((steps, w) => [ways.length > 1 ? `way ${w + 1}` : "", `${joined(steps, (s) => s.symbol)} = ${joined(steps, (s) => factor(s.value))}`, number(slopes[w])]);
  if (ways.length > 1) facts.push(["", `the ways added up: ${slopes.map(factor).join(" + ")}`, number(total)]);
  const own = session.gradient(picked[0].variable) && session.gradientEntry(picked[0]);
  facts.push(["tangent", symbol, own === null ? "not computed yet" : number(own), "the slope of the whole, as the derivation computed it"]);
  const places = ways.flatMap((steps) => steps.slice(1).map((s) => `${s.symbol} at ${s.from.name} = ${number(s.from.at)}`));
  return {
    title: `How ${nameOf(picked[0].variable)} reaches ${book.symbol}, step by step`,
    words: [...ways.flat().map((s) => `${s.formula}: ${s.from.name} = ${number(s.from.at)} gives ${s.to.name} = ${number(s.to.at)}, and the slope there is ${s.symbol} = ${number(s.value)}.`), ...facts.map((f) => `${f[1]} = ${f[2]}.`)].join(" "),
    height: row * (TALL + 34),
    areas,
    facts,
    sentences: [`Each slope is taken where the step before it has arrived: ${places.join(", ")}. The slopes are multiplied, not the values.`],
    formula: chain.formula,
  };
}
