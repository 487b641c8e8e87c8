import type { Waiver } from '../domain/hazard.ts';
import { nearest } from '../domain/nearest.ts';

/** A waiver's comment as it was found in a migration's source. */
export type WaiverComment =
  | { readonly kind: 'waiver'; readonly line: number; readonly waiver: Waiver }
  /** Meant as one, but it does not hold; `why` ends a sentence. */
  | { readonly kind: 'broken'; readonly line: number; readonly rule: string; readonly why: string };

const comment = /(?:--|\/\/)\s*tidegate:allow\b(.*)$/;
const wholeLineComment = /^\s*(?:--|\/\/)/;

/** What the comments of a migration's source let pass. */
export interface Waivers {
  readonly comments: readonly WaiverComment[];
  /** For each line, counted from 1: the first of the comment lines directly above it, or the line itself. */
  readonly tops: readonly number[];
}

/**
 * The waivers in a migration's source: `-- tidegate:allow <rule> until=2026-12-31 reason="…"`, in JavaScript
 * behind `//`. One without a reason or an end, for an unknown rule, or past its last day (UTC) is broken.
 */
export function readWaivers(source: string, rules: readonly string[], now: Date): Waivers {
  const comments: WaiverComment[] = [];
  const tops = [0, 1];
  for (const [index, text] of source.split(/\r?\n/).entries()) {
    const line = index + 1;
    tops[line + 1] = wholeLineComment.test(text) ? (tops[line] ?? line) : line + 1;
    const found = readComment(text, line, rules, now);
    if (found !== null) comments.push(found);
  }
  return { comments, tops };
}

function readComment(text: string, line: number, rules: readonly string[], now: Date): WaiverComment | null {
  const [, words] = comment.exec(text) ?? [];
  if (words === undefined) return null;
  const [, rule = '', rest = ''] = /^\s+([\w-]+)(.*)$/.exec(words) ?? [];
  const until = /\suntil=(\S+)/.exec(rest)?.[1] ?? '';
  const reason = /\sreason="([^"]*)"/.exec(rest)?.[1]?.trim() ?? '';
  const why = sayFault({ rule, until, reason }, rules, now);
  return why === null
    ? { kind: 'waiver', line, waiver: { rule, until, reason } }
    : { kind: 'broken', line, rule, why };
}

/** The waiver of that rule beside a statement: on one of its lines, or in the comments directly above it. */
export function waiverBeside(
  { comments, tops }: Waivers,
  rule: string,
  place: { readonly first: number; readonly last: number },
): Waiver | null {
  const top = tops[place.first] ?? place.first;
  for (const found of comments) {
    const isBeside = found.line >= top && found.line <= place.last;
    if (found.kind === 'waiver' && isBeside && found.waiver.rule === rule) return found.waiver;
  }
  return null;
}

function sayFault({ rule, until, reason }: Waiver, rules: readonly string[], now: Date): string | null {
  if (rule === '') return 'it names no rule';
  if (!rules.includes(rule)) {
    const near = nearest(rule, rules, 4);
    return `there is no rule ${rule}${near === null ? '' : `; did you mean ${near}?`}`;
  }
  if (until === '') return 'it has no end (until=YYYY-MM-DD)';
  if (!isDay(until)) return `its end must be a day as YYYY-MM-DD, and "${until}" is none`;
  if (reason === '') return 'it has no reason (reason="…")';
  if (until < now.toISOString().slice(0, 10)) return `it ended on ${until}`;
  return null;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
