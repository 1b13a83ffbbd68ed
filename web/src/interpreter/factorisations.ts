// Matrices as products: Cholesky, QR, eigenvectors, singular values.
//
// Sources: Golub & Van Loan, Matrix Computations; one-sided rotations for singular values: Hestenes (1958).

import { allocate, type NDArray } from "./array";
import { overStack } from "./elimination";
import { type Given, type Maker } from "./kernel";

/** L with L Lᵀ = S; only the lower triangle of S is read. */
const cholesky: Maker = ({ operands: [S], out }) => {
  const n = S.shape.at(-1)!;
  const y = allocate(out, S.shape);
  return overStack(S, (matrix, s) => {
    const L = y.subarray(s * n * n, (s + 1) * n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = matrix[i * n + j];
        for (let k = 0; k < j; k++) sum -= L[i * n + k] * L[j * n + k];
        if (i === j && !(sum > 0)) throw new Error("the matrix is not positive definite");
        L[i * n + j] = i === j ? Math.sqrt(sum) : sum / L[j * n + j];
      }
  });
};

/** Q and R by Householder's reflections; the signs are LAPACK's. Q has as many columns as R has rows. */
const qr =
  (wantQ: boolean): Maker =>
  ({ operands: [A], out }) => {
    const [m, n] = A.shape.slice(-2);
    const k = Math.min(m, n);
    const y = allocate(out, [...A.shape.slice(0, -2), ...(wantQ ? [m, k] : [k, n])]);
    return overStack(A, (R, s) => {
      const part = y.subarray(s * (wantQ ? m * k : k * n));
      const mirrors: (Float64Array | null)[] = [];
      for (let j = 0; j < k; j++) {
        const v = Float64Array.from({ length: m }, (_, i) => (i < j ? 0 : R[i * n + j]));
        const below = v.subarray(j + 1).some((x) => x !== 0);
        if (below) v[j] += (v[j] < 0 ? -1 : 1) * Math.hypot(...v);
        mirrors.push(below ? v : null);
        if (below) reflect(v, R, m, n);
      }
      if (!wantQ) {
        for (let i = 0; i < k; i++) for (let j = 0; j < n; j++) part[i * n + j] = j < i ? 0 : R[i * n + j];
        return;
      }
      for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) part[i * k + j] = i === j ? 1 : 0;
      for (const v of mirrors.reverse()) if (v) reflect(v, part, m, k);
    });
  };

/** Mirrors the columns of a matrix of m rows at the plane across v. */
function reflect(v: Float64Array, M: Float64Array, m: number, n: number): void {
  const square = v.reduce((sum, x) => sum + x * x, 0);
  for (let j = 0; j < n; j++) {
    let along = 0;
    for (let i = 0; i < m; i++) along += v[i] * M[i * n + j];
    along *= 2 / square;
    for (let i = 0; i < m; i++) M[i * n + j] -= along * v[i];
  }
}

/** Columns, as arrays; what is turned are pairs of them. */
type Columns = Float64Array[];

const columnsOf = (M: ArrayLike<number>, m: number, n: number): Columns =>
  Array.from({ length: n }, (_, j) => Float64Array.from({ length: m }, (_, i) => M[i * n + j]));

const identity = (n: number): Columns => Array.from({ length: n }, (_, j) => Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0)));

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

/**
 * Turns columns in pairs until all are perpendicular (Hestenes), and the columns of V with them: then U S = A V, where
 * the singular values are the columns' lengths.
 */
function perpendicular(A: Columns, V: Columns): void {
  for (let round = 0, turned = true; turned && round < 60; round++) {
    turned = false;
    for (let p = 0; p < A.length; p++)
      for (let q = p + 1; q < A.length; q++) {
        const [a, b, c] = [dot(A[p], A[p]), dot(A[q], A[q]), dot(A[p], A[q])];
        if (!(Math.abs(c) > 1e-15 * Math.sqrt(a * b))) continue;
        turned = true;
        turn(A[p], A[q], a, b, c);
        turn(V[p], V[q], a, b, c);
      }
  }
}

/** The rotation that makes [[a, c], [c, b]] diagonal, applied to two columns. */
function turn(x: Float64Array, y: Float64Array, a: number, b: number, c: number): void {
  const zeta = (b - a) / (2 * c);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  for (let i = 0; i < x.length; i++) [x[i], y[i]] = [cosine * (x[i] - tangent * y[i]), cosine * (y[i] + tangent * x[i])];
}

/** Singular values, the largest first, and the vectors on both sides as columns. */
function svd(M: Float64Array, m: number, n: number): { U: Columns; S: number[]; V: Columns } {
  if (m < n) {
    const turned = svd(Float64Array.from(columnsOf(M, m, n).flatMap((column) => [...column])), n, m);
    return { U: turned.V, S: turned.S, V: turned.U };
  }
  const [A, V] = [columnsOf(M, m, n), identity(n)];
  perpendicular(A, V);
  const lengths = A.map((column) => Math.hypot(...column));
  const order = lengths.map((_, k) => k).sort((i, j) => lengths[j] - lengths[i]);
  const U: Columns = [];
  for (const k of order) U.push(lengths[k] > 1e-300 ? A[k].map((x) => x / lengths[k]) : another(U, m));
  return { U, S: order.map((k) => lengths[k]), V: order.map((k) => V[k]) };
}

/** A column of length 1 that is perpendicular to the others. */
function another(U: Columns, m: number): Float64Array {
  let best: Float64Array = new Float64Array(m);
  for (const axis of identity(m)) {
    for (let twice = 0; twice < 2; twice++)
      for (const u of U) {
        const along = dot(u, axis);
        for (let i = 0; i < m; i++) axis[i] -= along * u[i];
      }
    if (Math.hypot(...axis) > Math.hypot(...best)) best = axis;
  }
  const length = Math.hypot(...best);
  return best.map((x) => x / length);
}

/** Eigenvalues of a symmetric matrix, the smallest first, and eigenvectors as columns (Jacobi's rotations). */
function eigen(M: Float64Array, n: number, lower: boolean): { values: number[]; vectors: Columns } {
  const S = columnsOf(M, n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) lower ? (S[i][j] = S[j][i]) : (S[j][i] = S[i][j]);
  const V = identity(n);
  for (let round = 0, turned = true; turned && round < 60; round++) {
    turned = false;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const [a, b, c] = [S[p][p], S[q][q], S[p][q]];
        if (!(Math.abs(c) > 1e-18 * (Math.abs(a) + Math.abs(b)))) continue;
        turned = true;
        turn(S[p], S[q], a, b, c); // columns, then rows
        const [x, y] = [S.map((column) => column[p]), S.map((column) => column[q])].map((row) => Float64Array.from(row));
        turn(x, y, a, b, c);
        S.forEach((column, k) => ([column[p], column[q]] = [x[k], y[k]]));
        S[p][q] = S[q][p] = 0;
        turn(V[p], V[q], a, b, c);
      }
  }
  const order = S.map((_, k) => k).sort((i, j) => S[i][i] - S[j][j]);
  return { values: order.map((k) => S[k][k]), vectors: order.map((k) => V[k]) };
}

/** Whether each column of a stack's matrix number s points away from where it pointed in the watched run. */
function turnedAway(columns: Columns, watched: NDArray | undefined, s: number, byRows: boolean): boolean[] {
  const [m, n] = watched?.shape.slice(-2) ?? [];
  return columns.map((column, k) => {
    let along = 0;
    if (watched) for (let i = 0; i < column.length; i++) along += column[i] * watched.data[s * m * n + (byRows ? k * n + i : i * n + k)];
    // Where nothing is known: the largest entry is positive.
    else along = column.reduce((most, x) => (Math.abs(x) > Math.abs(most) + 1e-9 ? x : most), 0);
    return along < 0;
  });
}

/** Vectors have a sign of their own only by custom; they keep the one that the watched run had. */
const signed = (columns: Columns, away: boolean[]): Columns => columns.map((column, k) => (away[k] ? column.map((x) => -x) : column));

/** Writes columns as the columns of a matrix, or as its rows. */
function write(columns: Columns, y: Float64Array, start: number, byRows = false): void {
  const [n, m] = [columns.length, columns[0]?.length ?? 0];
  columns.forEach((column, k) => column.forEach((x, i) => (y[start + (byRows ? k * m + i : i * n + k)] = x)));
}

/** Both kinds of vectors take their signs from the same one, so that they still belong together. */
const singular =
  (wanted: "left" | "values" | "right"): Maker =>
  ({ operands: [A], out, recorded }) => {
    const [m, n] = A.shape.slice(-2);
    const k = Math.min(m, n);
    const y = allocate(out, [...A.shape.slice(0, -2), ...{ left: [m, k], values: [k], right: [k, n] }[wanted]]);
    const [left, right] = [recorded("left_vectors"), recorded("right_vectors")];
    return overStack(A, (matrix, s) => {
      const { U, S, V } = svd(matrix, m, n);
      const away = left || !right ? turnedAway(U, left, s, false) : turnedAway(V, right, s, true);
      if (wanted === "values") y.set(S, s * k);
      else if (wanted === "left") write(signed(U, away), y, s * m * k);
      else write(signed(V, away), y, s * k * n, true);
    });
  };

/** The pseudo-inverse: singular values that are as good as 0 stay 0 (NumPy's limit). */
const pinv: Maker = ({ operands: [A], out }) => {
  const [m, n] = A.shape.slice(-2);
  const y = allocate(out, [...A.shape.slice(0, -2), n, m]);
  return overStack(A, (matrix, s) => {
    const { U, S, V } = svd(matrix, m, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) y[s * m * n + i * m + j] = S.reduce((sum, value, k) => (value > 1e-15 * S[0] ? sum + (V[k][i] * U[k][j]) / value : sum), 0);
  });
};

const ofSymmetric =
  (wantVectors: boolean): Maker =>
  ({ operands: [S], params, out, recorded }: Given) => {
    const n = S.shape.at(-1)!;
    const y = allocate(out, wantVectors ? S.shape : S.shape.slice(0, -1));
    const watched = recorded("eigenvectors");
    return overStack(S, (matrix, s) => {
      const { values, vectors } = eigen(matrix, n, params.lower !== false);
      if (wantVectors) write(signed(vectors, turnedAway(vectors, watched, s, false)), y, s * n * n);
      else y.set(values, s * n);
    });
  };

export const FACTORISATIONS: Record<string, Maker> = {
  cholesky,
  qr_q: qr(true),
  qr_r: qr(false),
  eigenvalues: ofSymmetric(false),
  eigenvectors: ofSymmetric(true),
  left_vectors: singular("left"),
  singular_values: singular("values"),
  right_vectors: singular("right"),
  pinv,
};
