import { z } from 'zod';
import { readOptions, text } from './read-options.ts';
import { UsageError } from './terminal.ts';

export interface GateArguments {
  /** As owner/name. */
  readonly repository: string;
  readonly asked:
    | { readonly kind: 'pull'; readonly number: number; readonly ifApproved: readonly string[] }
    | { readonly kind: 'last'; readonly count: number };
  /** Path of a file that stands in the repository's place; null for what holds. */
  readonly policy: string | null;
  readonly format: 'text' | 'json';
}

export const gateUsage = `tidegate gate: what the gate decides on a pull request, why, and what it would take

  --repository OWNER/NAME   the repository, as in tidegate.yml
  --pull N                  the pull request, open or merged
  --if-approved A,B         as if these people approved it now
  --last N                  instead of --pull: what would be decided on the last N merged pull requests (at most 200)
  --policy FILE             by these rules, written as .github/tidegate.yml, instead of the repository's
  --format FORMAT           text or json (default: text)

It uses the server's file and the App's credentials, as tidegate start does, and changes nothing.
Exit status: 0 allowed; 1 waiting or refused (with --last: at least one of them would be); 2 wrong use.
`;

const most = 200;

const login = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}(_[A-Za-z0-9]+)?(\[bot\])?$/);

const options = {
  repository: text,
  pull: text,
  'if-approved': text,
  last: text,
  policy: text,
  format: text,
};

/** Reads the arguments of `tidegate gate`. Throws UsageError. */
export function gateArguments(args: readonly string[]): GateArguments {
  const values = readOptions('gate', args, options);
  const repository = repositoryName(values.repository);
  const format = z.enum(['text', 'json']).safeParse(values.format ?? 'text');
  if (!format.success) throw new UsageError('--format text or --format json was expected.');
  return { repository, asked: askedOf(values), policy: values.policy ?? null, format: format.data };
}

/** A repository's name as it is given to `--repository`. Throws UsageError. */
export function repositoryName(name: string | undefined): string {
  if (name !== undefined && /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/.test(name)) return name;
  throw new UsageError('--repository: owner/name was expected, such as acme/shop.');
}

type Values = ReturnType<typeof readOptions<typeof options>>;

function askedOf(values: Values): GateArguments['asked'] {
  const { pull, last, 'if-approved': approved } = values;
  if ((pull === undefined) === (last === undefined)) {
    throw new UsageError('Either --pull N or --last N was expected.');
  }
  if (last !== undefined) {
    if (approved !== undefined) throw new UsageError('--if-approved was expected with --pull only.');
    const count = wholeNumber('--last', last);
    if (count > most) throw new UsageError(`--last: at most ${most} was expected.`);
    return { kind: 'last', count };
  }
  const logins = (approved ?? '')
    .split(',')
    .map((one) => one.trim().replace(/^@/, ''))
    .filter((one) => one !== '');
  if (
    approved !== undefined &&
    (logins.length === 0 || !logins.every((one) => login.safeParse(one).success))
  ) {
    throw new UsageError('--if-approved: logins with commas between them were expected, such as dan,dora.');
  }
  return { kind: 'pull', number: wholeNumber('--pull', pull ?? ''), ifApproved: logins };
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${option}: a whole number from 1 was expected.`);
}
