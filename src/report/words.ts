import type { Decision } from '../domain/gate.ts';
import type { Direction } from '../domain/migration.ts';
import type { ReversibilityVerdict } from '../domain/plan.ts';
import type { Subject } from '../domain/policy.ts';
import type { Severity } from '../domain/severity.ts';
import { revealLine } from './escape/reveal.ts';

/** `3 migrations`, `1 migration`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Milliseconds as people say them: `340 ms`, `1.2 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return 'under 1 ms';
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export const directionWords: Readonly<Record<Direction, string>> = { up: 'up', down: 'down (takes back)' };

export const severityWords: Readonly<Record<Severity, string>> = {
  high: 'High',
  medium: 'Medium',
  low: 'Low',
};

export const severityMarks: Readonly<Record<Severity, string>> = { high: '🔴', medium: '🟠', low: '🟡' };

export const verdictWords: Readonly<Record<ReversibilityVerdict, string>> = {
  proven: 'Proven',
  lossy: 'Not all comes back',
  irreversible: 'No way back',
  unproven: 'Not proven',
};

export const decisionMarks: Readonly<Record<Decision['status'], string>> = {
  allowed: '✅',
  waiting: '⏳',
  refused: '❌',
};

export const decisionWords: Readonly<Record<Decision['status'], string>> = {
  allowed: 'allowed',
  waiting: 'waiting',
  refused: 'refused',
};

/** Whose word counts, as a phrase for `prose`: logins and teams stand as code, so that nobody is pinged. */
export function subjectWords(subject: Subject): string {
  switch (subject.kind) {
    case 'user':
      return quoted(subject.login);
    case 'team':
      return `a member of ${quoted(`${subject.organisation}/${subject.slug}`)}`;
    case 'role':
      return `somebody with ${subject.role} access`;
    case 'code-owners':
      return 'the code owners';
  }
}

/** `a, b or c`. */
export function either(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** A name as code within a sentence for `prose`, which knows no backtick inside of one. */
export function quoted(name: string): string {
  return `\`${revealLine(name).replaceAll('`', "'")}\``;
}
