// How one unit of a network comes to its value, as markup: its inputs, the weights on its wires, the sum.

import { escaped, mark, which } from "./drawing";
import { number } from "./format";
import { absence, entryName, isMovable } from "./matrix";
import { drawn, unitEntry, type Spot, type Units } from "./network";
import type { Session } from "./session.svelte";

export function unitSum(session: Session, layers: Units[], [n, unit]: [number, number], example: number, spot: Spot | null): string {
  const { book, picked } = session;
  const { layer, axis, wires } = layers[n];
  const to = wires ? wires.to.indexOf(unit) : -1;
  const cells = (name: string, ...all: [kind: string | undefined, inside: string][]) => mark("tr", { class: name }, all.map(([kind, inside]) => mark("td", { class: kind }, inside)).join(""));
  /** The number of an entry of a variable, or of its gradient. */
  const value = (variable: number, entry: number | null, back = false) => {
    const found = back ? session.gradient(variable) : session.value(variable);
    return found && entry !== null ? number(found.data[entry]) : absence(session, (back ? book.gradient(variable) : undefined) ?? variable);
  };
  const result = (what: string, variable: number, entry: number | null, back = false) =>
    mark("p", { class: back && "back" }, `<span class="quiet">${what}</span> <span class="mono">${escaped(entryName(book, variable, entry, back))}</span> = <strong>${value(variable, entry, back)}</strong>`);
  const own = unitEntry(book.shape(layer.variable), axis, layer.size, unit, example);
  const remark = layer.ones?.includes(unit)
    ? "The constant 1. It goes into every sum, so the weights on its wires are biases."
    : !n
      ? "An input."
      : to < 0
        ? "Which weights lead to which unit cannot be told from the shapes."
        : "The sum of input times weight:";
  let terms = "";
  let results = "";
  if (wires && to >= 0) {
    const { weights, bias, sum } = wires;
    const { variable, size } = layers[n - 1].layer;
    for (const from of drawn(size)) {
      if (from === null) {
        terms += `<tr><td colspan="5" class="quiet">… ${size} in all</td></tr>`;
        continue;
      }
      const entry = wires.entry(from, to);
      const input = unitEntry(book.shape(variable), layers[n - 1].axis, size, from, example);
      const spotted = `${weights} ${entry}`;
      const isPicked = picked?.variable === weights && picked.entry === entry;
      const button = mark("button", { class: isPicked && "picked", title: "Pick this weight", "data-look": spotted, "data-pick": isMovable(book, weights) && spotted }, escaped(entryName(book, weights, entry)));
      terms += cells(
        which({ lit: spot?.layer === n && spot.unit === unit && spot.from === from }) ?? "",
        ["mono", escaped(entryName(book, variable, input))],
        ["number", value(variable, input)],
        ["mono", button],
        ["number", value(weights, entry)],
        ["number back", value(weights, entry, true)],
      );
    }
    terms = `<table><thead><tr><th colspan="2">input</th><th colspan="2">weight</th><th class="number back">${escaped(book.gradientName(weights))}</th></tr></thead><tbody>${terms}</tbody></table>`;
    if (bias !== undefined) results += result("plus the bias", bias, book.shape(bias).every((length) => length === 1) ? 0 : to);
    if (sum !== layer.variable) results += result("the sum", sum, unitEntry(book.shape(sum), axis, wires.to.length, to, example));
  }
  results += result(results && wires?.sum !== layer.variable ? "makes" : "", layer.variable, own);
  if (book.gradient(layer.variable) !== undefined) results += result("", layer.variable, own, true);
  return `<h3>${escaped(entryName(book, layer.variable, own))}</h3><p class="quiet">${remark}</p>${terms}${results}`;
}
