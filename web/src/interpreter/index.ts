// The interpreter with all primitives, for tests. The page itself imports running.ts, and the rare primitives come apart.

import "./rare";
export { entry, type NDArray } from "./array";
export { spreadOut } from "./frame";
export { Runner, sendBack } from "./running";
