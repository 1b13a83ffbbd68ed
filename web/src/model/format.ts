// How numbers and shapes are written for a person.

import type { Entry } from "../document/types";

export { entry as toNumber } from "../interpreter/array";

/** A number as JSON can hold it. */
export function toEntry(value: number): Entry {
  return Number.isFinite(value) ? value : Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

/** A number in so many significant digits, with a true minus sign. */
export function number(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "−inf";
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text: string;
  if (Number.isInteger(value) && size < 1e6) text = String(size);
  else if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = size.toExponential(digits - 1).split("e");
    text = `${trimmed(mantissa)}e${exponent.replace("+", "").replace("-", "−")}`;
  } else if (size >= 10 ** digits - 0.5) text = String(Math.round(size));
  else text = trimmed(size.toPrecision(digits));
  return value < 0 ? `−${text}` : text;
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A shape as a person says it: 4 × 3; nothing for one number. */
export function shape(axes: number[]): string {
  return axes.length === 0 ? "one number" : axes.length === 1 ? `${axes[0]} numbers` : axes.join(" × ");
}

/** A shape as NumPy prints it. */
export function tuple(axes: number[]): string {
  return axes.length === 1 ? `(${axes[0]},)` : `(${axes.join(", ")})`;
}

/** The place of an entry, as NumPy indexes it: [1, 2]. */
export function place(entry: number, axes: number[]): string {
  if (axes.length === 0) return "";
  const parts: number[] = [];
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    parts.unshift(entry % axes[axis]);
    entry = Math.floor(entry / axes[axis]);
  }
  return `[${parts.join(", ")}]`;
}

/** A name in a derivative: a sum, a product or a power gets brackets. */
export const one = (name: string): string => (/^[\p{L}_]([\p{L}\w.'[\]]|, )*$/u.test(name) ? name : `(${name})`);
