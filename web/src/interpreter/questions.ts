// What the code asked of its values, and what it was answered.

import type { Guard } from "../document/types";
import { toEven, type NDArray } from "./array";

/**
 * The answer to a guard's question, as something that is equal only to the same answer. A truth value is its own answer,
 * and so is a number that was asked for as a whole one; of all else every entry counts, since what was asked is not known.
 */
export function answer(guard: Guard, value: NDArray): string {
  const asked = /^(int|round)\(/.exec(guard.text ?? "")?.[1];
  if (value.data.length === 1 && typeof guard.outcome === "number" && asked)
    return String((asked === "int" ? Math.trunc : toEven)(value.data[0]));
  return value.data.join();
}
