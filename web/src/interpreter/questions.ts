// What the code asked of its values, and what it was answered.

import type { Guard } from "../document/types";
import { toEven, type NDArray } from "./array";

/**
 * The answer to a guard's question, as numbers. A truth value is its own answer, and so is a number that was asked for as
 * a whole one; of all else every entry counts, since what was asked is not known.
 */
export function answer(guard: Guard, { data }: NDArray): Float64Array {
  const asked = /^(int|round)\(/.exec(guard.text ?? "")?.[1];
  const whole = data.length === 1 && typeof guard.outcome === "number" && asked;
  return whole ? data.map(asked === "int" ? Math.trunc : toEven) : data.slice();
}

export const sameAnswer = (one: Float64Array, other: Float64Array): boolean =>
  one.length === other.length && one.every((x, i) => x === other[i] || (x !== x && other[i] !== other[i]));
