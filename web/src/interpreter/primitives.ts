// The table of the primitives that the interpreter knows: those of every page, and more where they were loaded.

import { ELEMENTWISE } from "./elementwise";
import type { Maker } from "./kernel";
import { PRODUCTS } from "./products";
import { REDUCTIONS } from "./reductions";
import { SHAPES } from "./shapes";

declare global {
  /** What more.ts leaves behind. */
  var whygradPrimitives: Readonly<Record<string, Maker>> | undefined;
}

export const PRIMITIVES: Readonly<Record<string, Maker | undefined>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...SHAPES,
  ...PRODUCTS,
  ...globalThis.whygradPrimitives,
};
