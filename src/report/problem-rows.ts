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
    detail: clip(detailBeyondMessage(problem), text * detailFactor),
  }));
}

/** The detail without its first line where the message has said that already: a hint alone is worth its block. */
export function detailBeyondMessage({ message, detail = '' }: Problem): string {
  const [first = '', ...rest] = detail.split('\n');
  const said = first.replace(/^[A-Z]+:\s+/, '').trim();
  return said !== '' && message.includes(said) ? rest.join('\n').trim() : detail;
}

function placeOf({ path, line, migration }: Problem): string {
  if (path !== undefined) return place(path, line ?? null);
  return migration ?? '';
}
