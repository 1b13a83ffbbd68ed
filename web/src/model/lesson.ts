// The lesson of a document: a function of a few numbers, step by step in letters, with the slope of each step.

import type { Book } from "../document/book";
import type { Formula } from "../document/types";

export interface Lesson {
  letters: { variable: number; name: string }[];
  steps: { target: number; formula: Formula; slopes: { operand: number; symbol: string; formula: string; links: number[] }[] }[];
  chains: { wrt: number; formula: Formula; ways: [step: number, slope: number][][] }[];
  remark?: string;
  ranges: { variable: number; from: number; to: number }[];
}

export const lessonOf = (book: Book): Lesson | undefined => (book.document as { lesson?: Lesson }).lesson;
