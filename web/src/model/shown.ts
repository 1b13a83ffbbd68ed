// What a reader asks to see of a function, and what is shown: pictures with a point to move, numbers, sentences.

import type { Formula } from "../document/types";
import type { Curve, Place } from "./curve";
import { escaped, mark, type Plot } from "./drawing";
import type { Rerun } from "./rerun";
import { roundDown, snap, stepped, type Stretch } from "./scale";
import type { Picked, Session } from "./session.svelte";
import type { Grid } from "./surface";

export interface Asked {
  session: Session;
  rerun: Rerun;
  /** The numbers that it is drawn against: one or two; what they are called, where they are, and from where to where is shown. */
  picked: Picked[];
  names: string[];
  at: number[];
  domains: Stretch[];
  width: number;
  /** For references inside the drawing. */
  id: string;
  /** The step of the secant. */
  h: number;
  /** What was computed before and may still hold. */
  kept: { of?: string; rerun?: Rerun; curve?: Curve; elsewhere?: Stretch[]; grid?: Grid; ground?: string };
  /** Moves the numbers; absent where they cannot be moved. */
  set?: (to: number[]) => void;
}

/** A picture with its point: what `Area` draws. */
export interface AreaShown {
  drawn: Plot;
  /** Where it lies in the whole drawing. */
  x?: number;
  y?: number;
  /** What is moved, and what a screen reader says of it. */
  label: string;
  said: string;
  /** Its numbers; where the second is none, only its place to the right is shown. */
  at: Place;
  /** Does it only move to the right and to the left? */
  flat?: boolean;
  /** Moves the point to these numbers; absent where it cannot be moved. */
  onmove?: (x: number, y: number) => void;
  /** Moves it so many steps. */
  onstep?: (x: number, y: number) => void;
}

/** A number with its name: how it is drawn, the name, the number, a note. */
export type Fact = [role: string, name: string, value: string, note?: string];

export interface Shown {
  title: string;
  words: string;
  height: number;
  areas: AreaShown[];
  facts: Fact[];
  sentences: string[];
  formula?: Formula;
}

const row = ([role, name, value, note]: Fact): string =>
  mark(
    "tr",
    { class: role },
    mark("td", {}, role === "tangent" || role === "secant" ? mark("svg", { width: 24, height: 10, "aria-hidden": "true" }, mark("line", { x2: 24, y1: 5, y2: 5 })) : escaped(role)) +
      mark("th", { scope: "row" }, escaped(name) + (note ? mark("small", { class: "quiet" }, escaped(note)) : "")) +
      mark("td", { "data-fact": role || name }, escaped(value)),
  );

/** The numbers as a table, as HTML. */
export const table = (facts: Fact[]): string => mark("table", {}, mark("tbody", {}, facts.map(row).join("")));
export const paragraphs = (sentences: string[]): string => sentences.map((said) => mark("p", { class: "remark" }, escaped(said))).join("");

/** How a picture's point moves the numbers: one of them (its number), or both. */
export function moving({ at, domains, set }: Asked, which?: number): Pick<AreaShown, "onmove" | "onstep"> {
  if (!set) return {};
  const both = (next: (i: number) => number) => set(at.map((old, i) => (which === undefined || i === which ? next(i) : old)));
  const to = (place: number[], i: number) => place[which === undefined ? i : 0];
  return {
    onmove: (...place) => both((i) => snap(to(place, i), roundDown((domains[i][1] - domains[i][0]) / 500))),
    onstep: (right, up) => both((i) => stepped(domains[i], at[i], to(which === undefined ? [right, up] : [right || up], i))),
  };
}
