// The paths from one number to the result, and what a nudge of it really does, as markup.

import type { Book } from "../document/book";
import { escaped, mark, which } from "./drawing";
import { number } from "./format";
import { entryName } from "./matrix";
import type { Route, Routes } from "./paths";
import type { Picked, Session } from "./session.svelte";

const bar = (kind: string, share: number) =>
  mark(
    "svg",
    { class: "bar", viewBox: "-50 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    mark("line", { class: "axis", y2: 8 }) + mark("rect", { class: kind, x: Math.min(0, 50 * share) || 0, width: Math.abs(50 * share) || 0, y: 1, height: 6 }),
  );

function row({ book, focus }: Session, from: string, { hops, product }: Route, n: number, largest: number): string {
  const chain = hops.map(({ variable, entry, factor }) => {
    const lit = focus?.variable === variable && focus.entry === entry;
    return (
      ` <span class="factor"><span class="hidden">times</span><span aria-hidden="true">·</span> ${number(factor)}<span aria-hidden="true"> →</span></span> ` +
      mark("span", { class: which({ place: true, lit }), "data-look": `${variable} ${entry}` }, escaped(entryName(book, variable, entry)))
    );
  });
  return mark("li", { "data-route": n }, `<span class="chain"><span class="place">${from}</span>${chain.join("")}</span><span class="product">= ${number(product)}</span>${bar(product < 0 ? "negative" : "positive", product / largest)}`);
}

/** The largest paths one by one, the others together; `gradient` is what the backward pass says. */
export function routes(session: Session, picked: Picked, { largest, count, sum }: Routes, gradient: number | null): string {
  const { book } = session;
  const name = escaped(entryName(book, picked.variable, picked.entry));
  const most = Math.max(...largest.map((r) => Math.abs(r.product)));
  const rest = largest.reduce((left, r) => left - r.product, sum);
  const all = count
    ? ` = the sum over ${count === 1 ? "one path" : `${count} paths`}; along each, the local derivatives are multiplied.`
    : `: no path leads from ${name} to ${escaped(book.symbol)} on which every factor is different from 0.`;
  return (
    `<p class="sum">${derivative(book, name)} = <strong>${number(sum, 5)}</strong>${all}</p>` +
    `<ol>${largest.map((route, n) => row(session, name, route, n, most)).join("")}</ol>` +
    (count > largest.length ? `<p class="rest">The other ${count - largest.length} paths together: ${number(rest)}</p>` : "") +
    (gradient !== null && count > 1
      ? `<p class="quiet">The backward pass says ${number(gradient, 5)}, too. It never goes along the paths one by one: where they meet it adds first, and each link is used once.</p>`
      : "")
  );
}

const derivative = (book: Book, name: string) => `${book.document.function.d}${escaped(book.symbol)}/${book.document.function.d}${name}`;

/** What the result does when the number is moved by ± 10 to the exponent, beside what the gradient says. */
export function nudge(session: Session, picked: Picked, gradient: number, exponent: number, down: boolean): string {
  const { book } = session;
  const ε = (down ? -1 : 1) * 10 ** exponent;
  const known = (variable: number, entry: number) => session.known(variable)?.data[entry] ?? NaN;
  const before = known(book.output, 0);
  const after = session.resultAt(picked, known(picked.variable, picked.entry) + ε);
  const title = `<h3 id="whygrad-nudge">Nudge ${escaped(entryName(book, picked.variable, picked.entry))}</h3>`;
  if (after === null) return `${title}<p class="quiet">${escaped(session.shut ?? session.obstacle(picked.variable) ?? "It cannot be run again here.")}</p>`;
  const real = after - before;
  const said = ε * gradient;
  const scale = Math.max(Math.abs(real), Math.abs(said));
  const line = (what: string, value: string, note: string, drawn = "") => `<tr><th scope="row">${what}</th><td>${value}</td><td class="quiet">${note}</td><td>${drawn}</td></tr>`;
  return (
    `${title}<div class="flow"><label>by ε = <output>${number(ε, 3)}</output> ${mark("input", { type: "range", min: -6, max: 0, step: 0.25, value: exponent, "aria-valuetext": number(ε, 3) })}</label>` +
    `<button class="button" aria-pressed="${down}">down instead of up</button></div><table><tbody>` +
    line(`${escaped(book.symbol)} really changes by`, number(real, 5), `from ${number(before, 7)} to ${number(after, 7)}`, bar("real", real / scale)) +
    line("the gradient said", number(said, 5), `${number(gradient, 5)} · ε`, bar("said", said / scale)) +
    line("difference", number(real - said, 3), Math.abs(real - said) < 1e-14 * Math.max(1, Math.abs(before)) ? "no more than rounding" : "on a smooth curve, halving ε leaves about a quarter") +
    "</tbody></table>"
  );
}
