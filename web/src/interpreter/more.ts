// Primitives that networks of full layers and functions of numbers do without: indexing, ordering, sums along the way,
// linear algebra, special functions. They are a script of their own (more.js), which runs before the page's in pages
// that need one of them; all other pages are so much smaller.

import { BESSEL } from "./bessel";
import { CUMULATIVE } from "./cumulative";
import { ELIMINATION } from "./elimination";
import { FACTORISATIONS } from "./factorisations";
import { INDEXING } from "./indexing";
import { ORDERING } from "./ordering";
import { CONTRACTIONS } from "./products";
import { JOINING } from "./shapes";
import { SPECIAL } from "./special";
import { WHOLE_NUMBERS } from "./whole";

/** By name. */
export const MORE = {
  ...WHOLE_NUMBERS,
  ...CUMULATIVE,
  ...JOINING,
  ...INDEXING,
  ...ORDERING,
  ...CONTRACTIONS,
  ...ELIMINATION,
  ...FACTORISATIONS,
  ...SPECIAL,
  ...BESSEL,
};
globalThis.whygradPrimitives = MORE;
