// What moves numbers, as markup: the result, and for each number a field and a slider around what it was in the author's run.

import { escaped, mark, which } from "./drawing";
import { number, toNumber } from "./format";
import { absence, authorsEntry, entryName, isWhole, slide } from "./matrix";
import type { Picked, Session } from "./session.svelte";

/** The result now, and what it was. */
export function result(session: Session): string {
  const { book } = session;
  const now = session.value(book.output)?.data[0];
  const author = toNumber(book.document.value);
  const symbol = escaped(book.symbol);
  const change = (now ?? NaN) - author;
  const moved = session.moved.size && now !== undefined;
  return (
    `<p class="result"><span class="mono">${symbol}</span> = <strong>${now === undefined ? absence(session, book.output) : number(now, 6)}</strong>` +
    (moved ? ` <span class="change"><span class="quiet">it was ${number(author, 6)}</span> Δ${symbol} = ${change > 0 ? "+" : ""}${number(change, 4)}</span>` : "") +
    "</p>"
  );
}

export function slider(session: Session, { variable, entry }: Picked): string {
  const { book, focus } = session;
  const name = entryName(book, variable, entry);
  const author = authorsEntry(book, variable, entry) ?? NaN;
  const now = session.known(variable)?.data[entry] ?? NaN;
  const whole = isWhole(book, variable);
  const { min, max, step } = slide(author, whole);
  const obstacle = session.obstacle(variable);
  const slope = session.gradient(variable)?.data[entry];
  const [look, disabled] = [`${variable} ${entry}`, !!obstacle];
  return mark(
    "div",
    { class: "slider", role: "group", "aria-label": name, "data-number": look },
    mark("span", { class: which({ name: true, mono: true, lit: focus?.variable === variable && focus.entry === entry }) }, escaped(name)) +
      mark("input", { type: "number", "aria-label": `${name}, the number`, step: String(step), disabled, value: String(+now.toPrecision(6)) }) +
      mark("button", { class: "button", disabled: disabled || Object.is(now, author), title: `Back to ${number(author, 6)}, as in your run` }, "reset") +
      mark("input", {
        type: "range",
        "aria-label": `${name}, slider`,
        "aria-valuetext": number(now, 4),
        min: String(Math.min(min, now || 0)),
        max: String(Math.max(max, now || 0)),
        step: whole ? 1 : "any",
        disabled,
        "data-look": look,
        value: String(now),
      }) +
      `<span class="ends quiet"><span aria-hidden="true">${number(min, 3)}</span>${slope === undefined ? "" : `<span class="slope">${escaped(entryName(book, variable, entry, true))} = ${number(slope, 4)}</span>`}<span aria-hidden="true">${number(max, 3)}</span></span>` +
      (obstacle ? `<p class="why">It cannot be moved: ${escaped(obstacle)}.</p>` : ""),
  );
}
