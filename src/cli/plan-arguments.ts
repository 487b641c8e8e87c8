import type { Severity } from '../domain/severity.ts';
import { databaseUrl, readOptions, text } from './read-options.ts';
import { UsageError } from './terminal.ts';

/** What counts as applied already. */
export type Base =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'ref'; readonly ref: string }
  | { readonly kind: 'target'; readonly url: string };

export interface PlanArguments {
  readonly migrations: string;
  readonly base: Base;
  /** The administrator's URL of a shadow server that stays; null for a throw-away one. */
  readonly shadow: string | null;
  /** A schema file's path, or `target`; null where the migrations replay from nothing. */
  readonly baseline: string | null;
  readonly format: 'text' | 'markdown' | 'json';
  readonly failOn: Severity | 'none';
}

export const planUsage = `tidegate plan: the plan of a folder of migrations, tried on a throw-away PostgreSQL or on a shadow server of
yours, without GitHub

  --migrations DIR      the folder (default: migrations)
  --base N | NAME       how many migrations, or up to which, count as applied
  --base-ref REF        those in the merge base with REF count as applied (default: origin/HEAD)
  --against URL         a database's own history says what is applied; it is only read
  --shadow URL          a shadow server that stays, by its administrator's URL (tidegate doctor says whether
                        it is safe): what it was made to hold is kept, so that later plans start at once
  --baseline FILE       a schema to start from where old migrations replay no more; it says for which ones it stands
                        in a line "-- tidegate:baseline through <migration>". With --against also: target
  --format FORMAT       text, markdown or json (default: text)
  --fail-on SEVERITY    high, medium, low or none (default: high)

Exit status: 0 fine; 1 a migration, the history or the connection fails; 2 wrong use; 3 hazards at or over --fail-on.
`;

const options = {
  migrations: text,
  base: text,
  baseline: text,
  'base-ref': text,
  against: text,
  shadow: text,
  format: text,
  'fail-on': text,
};

const formats = ['text', 'markdown', 'json'] as const;
const levels = ['high', 'medium', 'low', 'none'] as const;

/** Reads the arguments of `tidegate plan`. Throws UsageError. */
export function planArguments(args: readonly string[]): PlanArguments {
  const values = readOptions('plan', args, options);
  const base = baseOf(values.base, values['base-ref'], values.against);
  if (values.baseline === 'target' && base.kind !== 'target') {
    throw new UsageError(
      '--baseline target: --against URL was expected with it, which says whose schema it is.',
    );
  }
  return {
    migrations: values.migrations ?? 'migrations',
    base,
    baseline: values.baseline ?? null,
    shadow: values.shadow === undefined ? null : databaseUrl('--shadow', values.shadow),
    format: chosenOf('--format', formats, values.format) ?? 'text',
    failOn: chosenOf('--fail-on', levels, values['fail-on']) ?? 'high',
  };
}

function chosenOf<T extends string>(
  option: string,
  choices: readonly T[],
  found: string | undefined,
): T | undefined {
  const chosen = choices.find((choice) => choice === found);
  if (chosen !== undefined || found === undefined) return chosen;
  const list = choices.map((choice) => `"${choice}"`).join('|');
  throw new UsageError(`${option} ${found}: Invalid option: expected one of ${list}`);
}

function baseOf(base: string | undefined, ref: string | undefined, url: string | undefined): Base {
  const given = [base, ref, url].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw new UsageError('Only one of --base, --base-ref and --against was expected.');
  }
  if (url !== undefined) return { kind: 'target', url: databaseUrl('--against', url) };
  if (base === undefined) return { kind: 'ref', ref: ref ?? 'origin/HEAD' };
  return /^\d{1,9}$/.test(base) ? { kind: 'count', count: Number(base) } : { kind: 'name', name: base };
}
