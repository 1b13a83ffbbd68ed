// What the page knows of the interpreter.

export { entry, type NDArray } from "./array";
export { spreadOut } from "./frame";
export { Runner, sendBack } from "./running";
