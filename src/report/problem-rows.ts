import type { Problem } from '../domain/problem.ts';
import { clip } from './escape/reveal.ts';
import { place } from './hazard-rows.ts';
import type { Room } from './room.ts';

export interface ProblemRow {
  /** Path and line, or the migration's name; empty where it is about neither. */
  readonly place: string;
  readonly message: string;
  /** PostgreSQL's own words, or a stack; empty for none. */
  readonly detail: string;
}

/** How much longer than a sentence a detail may be. */
const detailFactor = 4;

export function problemRows(problems: readonly Problem[], { text }: Room): readonly ProblemRow[] {
  return problems.map((problem) => ({
    place: clip(placeOf(problem), text),
    message: clip(problem.message, text),
    detail: clip(problem.detail ?? '', text * detailFactor),
  }));
}

function placeOf({ path, line, migration }: Problem): string {
  if (path !== undefined) return place(path, line ?? null);
  return migration ?? '';
}
