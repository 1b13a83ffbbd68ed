// What a primitive is to the interpreter: something that is made once for its operands and then run again and again.

import type { Param, Params } from "../document/types";
import { allocate, rounding, type NDArray } from "./array";

/** Computes a step's output from its operands as they are now. */
export type Kernel = () => void;

export interface Given {
  operands: NDArray[];
  params: Params;
  /** What is computed; the maker gives it shape and memory, or the memory of an operand that holds the same. */
  out: NDArray;
  /** The value that a primitive had for the same operands in the watched run, where the document has it. */
  recorded: (primitive: string) => NDArray | undefined;
}

/** Makes a kernel that never allocates, except where the shape depends on values; then `out` gets new memory. */
export type Maker = (given: Given) => Kernel;

/** A function of one array whose output has the shape of its operand. */
export const unary = (fill: (x: Float64Array, y: Float64Array) => void): Maker => ({ operands: [x], out }) => {
  const [from, to] = [x.data, allocate(out, x.shape)];
  return () => fill(from, to);
};

export const listOf = (param: Param | undefined): number[] => (Array.isArray(param) ? (param as number[]) : [Number(param)]);

/** An axis as it counts from the front. */
export const axisOf = (axis: Param | undefined, length: number): number => (Number(axis) + length) % length;

/** A kernel whose output is rounded as its dtype is. */
export function rounded(kernel: Kernel, out: NDArray): Kernel {
  const round = rounding(out.dtype);
  if (!round) return kernel;
  return () => {
    kernel();
    round(out.data);
  };
}
