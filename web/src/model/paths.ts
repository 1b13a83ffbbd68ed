// The paths of the chain rule from one number to the result: each path's factors, their product, and the sum over all.
//
// A place is one entry of a variable that has a name. From a place, one hop leads to each place of the next named
// variables that feels it; the hop's factor is the local derivative, put together from the links between them. The
// largest paths are found without looking at all of them: the best that can still come from a place is known first
// (by dynamic programming), so paths can be grown in the order of their products.

import type { Book } from "../document/book";

export interface Hop {
  variable: number;
  entry: number;
  /** The local derivative of this place with respect to the one before. */
  factor: number;
}

export interface Route {
  hops: Hop[];
  product: number;
}

export interface Routes {
  /** Those with the largest products, in order. */
  largest: Route[];
  /** How many paths there are whose factors are all different from zero. */
  count: number;
  /** The sum of the products of all paths. */
  sum: number;
}

/** How a link sends a gradient of its result back to its operand: entry by entry. */
export type SendBack = (link: number) => (upstream: Float64Array) => ArrayLike<number>;

/** More entries than this are not followed one by one. */
export const MOST_PLACES = 20_000;
const MOST_ROWS = 2_048;

/** Programs of these keep every entry for itself, where all shapes are the same. */
const ENTRY_BY_ENTRY = new Set(["multiply", "add", "subtract", "divide", "negative", "power", "exp", "log", "sqrt", "sin", "cos", "tanh", "sign", "absolute", "where", "greater", "less", "greater_equal", "less_equal", "cast", "maximum", "minimum"]);

export class TooManyPlaces extends Error {}

export class PathFinder {
  private readonly columns = new Map<number, Map<number, number>[]>();
  private readonly hops = new Map<string, Hop[]>();
  private readonly best = new Map<string, number>();
  private readonly many = new Map<string, number>();
  private readonly total = new Map<string, number>();

  constructor(
    private readonly book: Book,
    private readonly send: SendBack,
  ) {}

  /** The paths from one entry of a variable to the result. */
  routes(variable: number, entry: number, most = 12): Routes {
    const end = this.book.output;
    if (variable === end) return { largest: [], count: 0, sum: 1 };
    this.explore(variable, entry);
    const start = `${variable},${entry}`;
    const largest: Route[] = [];
    const open: { bound: number; route: Route }[] = [];
    const grow = (route: Route, place: string) => {
      for (const hop of this.hops.get(place)!) {
        const product = route.product * hop.factor;
        const bound = Math.abs(product) * this.best.get(`${hop.variable},${hop.entry}`)!;
        if (bound > 0) insert(open, { bound, route: { hops: [...route.hops, hop], product } });
      }
    };
    grow({ hops: [], product: 1 }, start);
    while (open.length && largest.length < most) {
      const { route } = open.pop()!;
      const last = route.hops[route.hops.length - 1];
      if (last.variable === end) largest.push(route);
      else grow(route, `${last.variable},${last.entry}`);
    }
    return { largest, count: this.many.get(start)!, sum: this.total.get(start)! };
  }

  /** Finds, for each place that can be reached, where it leads; and from the end back, what can come of it. */
  private explore(variable: number, entry: number): void {
    const order: [number, number][] = [];
    const seen = new Set<string>();
    const stack: [number, number, boolean][] = [[variable, entry, false]];
    while (stack.length) {
      const [v, e, done] = stack.pop()!;
      const place = `${v},${e}`;
      if (done) {
        order.push([v, e]);
        continue;
      }
      if (seen.has(place)) continue;
      seen.add(place);
      if (seen.size > MOST_PLACES) throw new TooManyPlaces();
      stack.push([v, e, true]);
      if (!this.hops.has(place)) this.hops.set(place, v === this.book.output ? [] : this.hopsFrom(v, e));
      for (const hop of this.hops.get(place)!) stack.push([hop.variable, hop.entry, false]);
    }
    for (const [v, e] of order) {
      const place = `${v},${e}`;
      if (this.best.has(place)) continue;
      if (v === this.book.output) {
        this.best.set(place, 1);
        this.many.set(place, 1);
        this.total.set(place, 1);
        continue;
      }
      let best = 0;
      let many = 0;
      let total = 0;
      for (const hop of this.hops.get(place)!) {
        const to = `${hop.variable},${hop.entry}`;
        best = Math.max(best, Math.abs(hop.factor) * this.best.get(to)!);
        many += this.many.get(to)!;
        total += hop.factor * this.total.get(to)!;
      }
      this.best.set(place, best);
      this.many.set(place, many);
      this.total.set(place, total);
    }
  }

  /** From one place to the next named ones: what is unnamed between them is multiplied and added up. */
  private hopsFrom(variable: number, entry: number): Hop[] {
    const reached = new Map<number, Map<number, number>>([[variable, new Map([[entry, 1]])]]);
    const queue = new Set([variable]);
    const hops: Hop[] = [];
    while (queue.size) {
      // Variables are numbered in the order in which they are computed: the smallest is complete.
      const here = Math.min(...queue);
      queue.delete(here);
      const weights = reached.get(here)!;
      if (here !== variable && (here === this.book.output || this.book.variable(here)?.name)) {
        for (const [e, factor] of weights) if (factor !== 0) hops.push({ variable: here, entry: e, factor });
        continue;
      }
      for (const link of this.book.linksFrom(here)) {
        const { result } = this.book.link(link);
        const to = reached.get(result) ?? new Map<number, number>();
        reached.set(result, to);
        queue.add(result);
        for (const [e, weight] of weights)
          for (const [r, factor] of this.column(link, e)) to.set(r, (to.get(r) ?? 0) + weight * factor);
      }
    }
    return hops;
  }

  /** How the entries of a link's result feel one entry of its operand. */
  private column(link: number, entry: number): Map<number, number> {
    let columns = this.columns.get(link);
    if (!columns) this.columns.set(link, (columns = this.jacobian(link)));
    return columns[entry];
  }

  private jacobian(number: number): Map<number, number>[] {
    const link = this.book.link(number);
    const send = this.send(number);
    const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
    const rows = size(this.book.shape(link.result));
    const columns = Array.from({ length: size(this.book.shape(link.operand)) }, () => new Map<number, number>());
    if (this.entryByEntry(number) && rows === columns.length) {
      const share = send(new Float64Array(rows).fill(1));
      for (let e = 0; e < rows; e++) if (share[e] !== 0) columns[e].set(e, share[e]);
      return columns;
    }
    if (rows > MOST_ROWS || rows * columns.length > 4e6) throw new TooManyPlaces();
    const upstream = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      upstream[row] = 1;
      const share = send(upstream);
      for (let e = 0; e < columns.length; e++) if (share[e] !== 0) columns[e].set(row, share[e]);
      upstream[row] = 0;
    }
    return columns;
  }

  /** Does each entry of the result feel only the same entry of the operand? */
  private entryByEntry(number: number): boolean {
    const link = this.book.link(number);
    const { vjps, forms } = this.book.document;
    const shape = String(this.book.shape(link.result));
    if (String(this.book.shape(link.operand)) !== shape) return false;
    const vjp = vjps[link.vjp];
    const fits = (axes: number[]) => axes.length === 0 || String(axes) === shape;
    return (
      vjp.steps.every((step) => ENTRY_BY_ENTRY.has(step.primitive)) &&
      vjp.variables.every((v) => fits(forms[v.form].shape)) &&
      link.reads.every((v) => fits(this.book.shape(v)))
    );
  }
}

/** Keeps the list sorted, the largest bound last. */
function insert(open: { bound: number; route: Route }[], one: { bound: number; route: Route }): void {
  let low = 0;
  let high = open.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (open[middle].bound < one.bound) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, one);
}
