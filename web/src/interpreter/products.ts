// Products that sum over axes.

import { allocate, broadcast, placesOf, spread, stridesOf, type NDArray } from "./array";
import type { Maker } from "./kernel";

/** Y += A B, where Y begins with zeros: A has m rows of k, B k rows of n. */
export function product(A: Float64Array, a: number, B: Float64Array, b: number, Y: Float64Array, y: number, m: number, k: number, n: number): void {
  if (n < 4) {
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0, from = a + i * k, to = b + j; l < k; l++, from++, to += n) sum += A[from] * B[to];
        Y[y + i * n + j] = sum;
      }
    return;
  }
  // Row by row of B, four at once, so that memory is read in its order.
  const fours = k & ~3;
  for (let i = 0; i < m; i++) {
    const [row, from] = [y + i * n, a + i * k];
    for (let l = 0; l < fours; l += 4) {
      const [p, q, r, s] = [A[from + l], A[from + l + 1], A[from + l + 2], A[from + l + 3]];
      for (let j = 0, at = b + l * n; j < n; j++, at++) Y[row + j] += p * B[at] + q * B[at + n] + r * B[at + 2 * n] + s * B[at + 3 * n];
    }
    for (let l = fours; l < k; l++) {
      const p = A[from + l];
      for (let j = 0, at = b + l * n; j < n; j++, at++) Y[row + j] += p * B[at];
    }
  }
}

/** A row becomes a matrix of one row, or of one column, and the axis goes again. */
const matmul: Maker = ({ operands: [A, B], out }) => {
  const [left, right] = [A.shape.length === 1 ? [1, ...A.shape] : A.shape, B.shape.length === 1 ? [...B.shape, 1] : B.shape];
  const [m, k] = left.slice(-2);
  const [k2, n] = right.slice(-2);
  if (k !== k2) throw new Error(`shapes (${A.shape}) and (${B.shape}) do not fit`);
  const [before, behind] = [left.slice(0, -2), right.slice(0, -2)];
  const stacks = broadcast(before, behind);
  const shape = [...stacks, ...(A.shape.length === 1 ? [] : [m]), ...(B.shape.length === 1 ? [] : [n])];
  const [x, z, y] = [A.data, B.data, allocate(out, shape)];
  const [from, to] = [placesOf(stacks, spread(before, stacks.length)), placesOf(stacks, spread(behind, stacks.length))];
  return () => {
    y.fill(0);
    for (let s = 0; s < from.length; s++) product(x, from[s] * m * k, z, to[s] * k * n, y, s * m * n, m, k, n);
  };
};

/** The subscripts of each operand and of the result; an ellipsis becomes as many subscripts as it stands for. */
function subscripts(spec: string, operands: NDArray[]): [string[][], string[]] {
  const [inputs, result] = spec.replaceAll(" ", "").split("->");
  const letters = inputs.split(",");
  const hidden = letters.map((one, k) => (one.includes("...") ? operands[k].shape.length - (one.length - 3) : 0));
  const most = Math.max(...hidden);
  const expand = (one: string, n: number): string[] =>
    one.split(/(\.\.\.)/).flatMap((part) => (part === "..." ? Array.from({ length: n }, (_, i) => `.${most - n + i}`) : [...part]));
  const each = letters.map((one, k) => expand(one, hidden[k]));
  if (result !== undefined) return [each, expand(result, most)];
  const met = each.flat();
  const once = [...new Set(met)].filter((s) => !s.startsWith(".") && met.indexOf(s) === met.lastIndexOf(s)).sort();
  return [each, [...expand("...", most), ...once]];
}

/** An entry of the result is a sum over the subscripts that it lacks; places in memory add up from the two kinds. */
const einsum: Maker = ({ operands, params, out }) => {
  const [each, result] = subscripts(params.spec as string, operands);
  const length: Record<string, number> = {};
  each.forEach((letters, k) => letters.forEach((s, axis) => (length[s] = Math.max(length[s] ?? 1, operands[k].shape[axis]))));
  for (const [k, letters] of each.entries())
    letters.forEach((s, axis) => {
      if (operands[k].shape[axis] === 0) length[s] = 0;
    });
  const summed = [...new Set(each.flat())].filter((s) => !result.includes(s));
  const lengths = (letters: string[]): number[] => letters.map((s) => length[s]);
  const stride = (k: number, s: string): number =>
    stridesOf(operands[k].shape).reduce((sum, one, axis) => (each[k][axis] === s ? sum + one : sum), 0);
  const places = operands.map((_, k) => placesOf(lengths(result), result.map((s) => stride(k, s))));
  const inside = operands.map((_, k) => placesOf(lengths(summed), summed.map((s) => stride(k, s))));
  const y = allocate(out, lengths(result));
  const n = inside[0].length;
  const data = operands.map((x) => x.data);
  if (operands.length === 2) {
    const [[a, b], [pa, pb], [ia, ib]] = [data, places, inside];
    return () => {
      for (let o = 0; o < y.length; o++) {
        const [from, to] = [pa[o], pb[o]];
        let sum = 0;
        for (let i = 0; i < n; i++) sum += a[from + ia[i]] * b[to + ib[i]];
        y[o] = sum;
      }
    };
  }
  return () => {
    for (let o = 0; o < y.length; o++) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        let term = 1;
        for (let k = 0; k < data.length; k++) term *= data[k][places[k][o] + inside[k][i]];
        sum += term;
      }
      y[o] = sum;
    }
  };
};

/** The cross product of vectors of three entries, or the third entry of it for vectors of two. */
const cross: Maker = ({ operands: [a, b], out }) => {
  const flat = a.shape.at(-1) === 2 && b.shape.at(-1) === 2;
  const [before, behind] = [a.shape.slice(0, -1), b.shape.slice(0, -1)];
  const stacks = broadcast(before, behind);
  const [p, q] = [a.shape.at(-1)!, b.shape.at(-1)!];
  const [from, to] = [placesOf(stacks, spread(before, stacks.length)), placesOf(stacks, spread(behind, stacks.length))];
  const [x, z, y] = [a.data, b.data, allocate(out, flat ? stacks : [...stacks, 3])];
  const entry = (i: number, j: number, k: number, l: number): number =>
    (k < p ? x[i + k] : 0) * (l < q ? z[j + l] : 0) - (l < p ? x[i + l] : 0) * (k < q ? z[j + k] : 0);
  return () => {
    for (let s = 0; s < from.length; s++) {
      const [i, j] = [from[s] * p, to[s] * q];
      if (flat) y[s] = entry(i, j, 0, 1);
      else for (let k = 0; k < 3; k++) y[3 * s + k] = entry(i, j, (k + 1) % 3, (k + 2) % 3);
    }
  };
};

export const PRODUCTS: Record<string, Maker> = { matmul };

/** Not in every page: see more.ts. */
export const CONTRACTIONS: Record<string, Maker> = { einsum, cross };
