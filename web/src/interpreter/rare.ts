// Primitives that few programs need: linear algebra and special functions. They are a script of their own (rare.js),
// which runs before the page's, in pages that need one of them; the others are so much smaller.

import { BESSEL } from "./bessel";
import { ELIMINATION } from "./elimination";
import { FACTORISATIONS } from "./factorisations";
import { SPECIAL } from "./special";

/** By name. */
export const RARE = { ...ELIMINATION, ...FACTORISATIONS, ...SPECIAL, ...BESSEL };
globalThis.whygradPrimitives = RARE;
