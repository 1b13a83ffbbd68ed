// Systems of equations and determinants, by elimination with the largest pivot of each column (LAPACK's getrf).

import { allocate, broadcast, placesOf, spread, type NDArray } from "./array";
import { type Kernel, type Maker } from "./kernel";

/** Factors a matrix of n rows in place into L and U; tells the row that each step took, and the sign of the swaps. */
export function eliminate(M: Float64Array, n: number, rows: Int32Array): number {
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(M[i * n + k]) > Math.abs(M[pivot * n + k])) pivot = i;
    rows[k] = pivot;
    if (pivot !== k) {
      sign = -sign;
      for (let j = 0; j < n; j++) [M[k * n + j], M[pivot * n + j]] = [M[pivot * n + j], M[k * n + j]];
    }
    const top = M[k * n + k];
    if (top === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const factor = (M[i * n + k] /= top);
      for (let j = k + 1; j < n; j++) M[i * n + j] -= factor * M[k * n + j];
    }
  }
  return sign;
}

/** Solves for `width` right sides at once; `B` has n rows and is written over. */
function substitute(LU: Float64Array, n: number, rows: Int32Array, B: Float64Array, width: number): void {
  for (let k = 0; k < n; k++) {
    if (rows[k] !== k) for (let j = 0; j < width; j++) [B[k * width + j], B[rows[k] * width + j]] = [B[rows[k] * width + j], B[k * width + j]];
    if (LU[k * n + k] === 0) throw new Error("the matrix is singular");
  }
  for (let i = 0; i < n; i++)
    for (let k = 0; k < i; k++) for (let j = 0; j < width; j++) B[i * width + j] -= LU[i * n + k] * B[k * width + j];
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) for (let j = 0; j < width; j++) B[i * width + j] -= LU[i * n + k] * B[k * width + j];
    for (let j = 0; j < width; j++) B[i * width + j] /= LU[i * n + i];
  }
}

/** A row on the right is one right side; else it is a matrix, or a stack of them. */
const solve: Maker = ({ operands: [A, B], out }) => {
  const n = A.shape.at(-1)!;
  const row = B.shape.length === 1;
  const width = row ? 1 : B.shape.at(-1)!;
  const [left, right] = [A.shape.slice(0, -2), row ? [] : B.shape.slice(0, -2)];
  const stacks = broadcast(left, right);
  const [from, to] = [placesOf(stacks, spread(left, stacks.length)), placesOf(stacks, spread(right, stacks.length))];
  const y = allocate(out, [...stacks, n, ...(row ? [] : [width])]);
  const [LU, rows] = [new Float64Array(n * n), new Int32Array(n)];
  return () => {
    for (let s = 0; s < from.length; s++) {
      LU.set(A.data.subarray(from[s] * n * n, (from[s] + 1) * n * n));
      const part = y.subarray(s * n * width, (s + 1) * n * width);
      part.set(B.data.subarray(to[s] * n * width, (to[s] + 1) * n * width));
      eliminate(LU, n, rows);
      substitute(LU, n, rows, part, width);
    }
  };
};

/** Runs over a stack of matrices; `each` gets one matrix, which it may write over, and its number. */
export function overStack(M: NDArray, each: (matrix: Float64Array, number: number) => void): Kernel {
  const size = M.shape.at(-1)! * M.shape.at(-2)!;
  const matrix = new Float64Array(size);
  const many = M.shape.slice(0, -2).reduce((product, n) => product * n, 1);
  return () => {
    for (let s = 0; s < many; s++) {
      matrix.set(M.data.subarray(s * size, (s + 1) * size));
      each(matrix, s);
    }
  };
}

/** A number of each matrix: folded over the pivots, beginning with the sign of the swaps. */
const overPivots =
  (first: (sign: number) => number, next: (so_far: number, pivot: number) => number): Maker =>
  ({ operands: [M], out }) => {
    const n = M.shape.at(-1)!;
    const y = allocate(out, M.shape.slice(0, -2));
    const rows = new Int32Array(n);
    return overStack(M, (matrix, s) => {
      let found = first(eliminate(matrix, n, rows));
      for (let k = 0; k < n; k++) found = next(found, matrix[k * n + k]);
      y[s] = found;
    });
  };

export const ELIMINATION: Record<string, Maker> = {
  solve,
  det: overPivots((sign) => sign, (product, pivot) => product * pivot),
  sign_of_det: overPivots((sign) => sign, (product, pivot) => product * Math.sign(pivot)),
  log_abs_det: overPivots(() => 0, (sum, pivot) => sum + Math.log(Math.abs(pivot))),
};
