// The table of the primitives that the interpreter knows: those of every page, and the rare ones where they were loaded.

import { ELEMENTWISE } from "./elementwise";
import { INDEXING } from "./indexing";
import type { Maker } from "./kernel";
import { ORDERING } from "./ordering";
import { PRODUCTS } from "./products";
import { REDUCTIONS } from "./reductions";
import { SHAPES } from "./shapes";

declare global {
  /** What rare.ts leaves behind. */
  var whygradPrimitives: Readonly<Record<string, Maker>> | undefined;
}

export const PRIMITIVES: Readonly<Record<string, Maker | undefined>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...SHAPES,
  ...INDEXING,
  ...ORDERING,
  ...PRODUCTS,
  ...globalThis.whygradPrimitives,
};
