// The table of all primitives that the interpreter knows: the core.

import { BESSEL } from "./bessel";
import { ELEMENTWISE } from "./elementwise";
import { ELIMINATION } from "./elimination";
import { FACTORISATIONS } from "./factorisations";
import { INDEXING } from "./indexing";
import type { Maker } from "./kernel";
import { ORDERING } from "./ordering";
import { PRODUCTS } from "./products";
import { REDUCTIONS } from "./reductions";
import { SHAPES } from "./shapes";
import { SPECIAL } from "./special";

export const PRIMITIVES: Readonly<Record<string, Maker | undefined>> = {
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...SHAPES,
  ...INDEXING,
  ...ORDERING,
  ...PRODUCTS,
  ...ELIMINATION,
  ...FACTORISATIONS,
  ...SPECIAL,
  ...BESSEL,
};
