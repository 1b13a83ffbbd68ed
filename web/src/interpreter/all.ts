// The interpreter with all primitives, for tests. The page imports running.ts, and gets the other primitives by more.js.

import "./more";
export { entry, type NDArray } from "./array";
export { spreadOut } from "./frame";
export { Runner, sendBack } from "./running";
