// The table of all primitives that the interpreter knows: the core.

import { ELEMENTWISE } from "./elementwise";
import { INDEXING } from "./indexing";
import type { Maker } from "./kernel";
import { PRODUCTS } from "./products";
import { REDUCTIONS } from "./reductions";
import { SHAPES } from "./shapes";

export const PRIMITIVES: Readonly<Record<string, Maker | undefined>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...SHAPES,
  ...INDEXING,
  ...PRODUCTS,
};
