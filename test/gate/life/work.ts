import { createHash } from 'node:crypto';
import { rulesPath } from '../../flows/team.ts';
import type { Change } from '../model/scene.ts';

/** What a pull request of a sequence can hold; `rules` comes with a change of the repository's file. */
export const kinds = ['table', 'wider-table', 'index', 'unowned', 'waived-index', 'rules'] as const;
export type Kind = (typeof kinds)[number];

export interface Work {
  readonly change: Change;
  readonly path: string;
  readonly text: string;
  /** Its name in the history. */
  readonly migration: string;
}

/** What a change depends on beside its kind. */
export interface Around {
  /** The number of the migration. */
  readonly number: number;
  /** The last day of a waiver that is written now. */
  readonly until: string;
  /** The repository's file, as the branch has it but for its own change. */
  readonly file: string;
}

/** A migration under a number, and what the gate has to think of it. */
export function workOf(kind: Kind, { number, until, file }: Around): Work {
  const isUnowned = kind === 'unowned';
  const migration = migrationOf(number, isUnowned);
  const table = `step_${padded(number)}`;
  const isIndex = kind === 'index' || kind === 'waived-index';
  const isWaived = kind === 'waived-index';
  const changesRules = kind === 'rules';
  const path = `migrations/${migration}.sql`;
  const columns = kind === 'wider-table' ? 'id int PRIMARY KEY, note text' : 'id int PRIMARY KEY';
  const waiver = isWaived ? `${waiverOf(until)}\n` : '';
  const up = isIndex
    ? `${waiver}CREATE INDEX ${table}_index ON step_0001 (id);`
    : `CREATE TABLE ${table} (${columns});`;
  const down = isIndex ? `DROP INDEX ${table}_index;` : `DROP TABLE ${table};`;
  const more = isWaived ? ` until ${until}` : changesRules ? ` on ${nameOf(file)}` : '';
  return {
    path,
    text: `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`,
    migration,
    change: {
      content: `${kind} ${number}${more}`,
      steps: 1,
      changesRules,
      bringsWaiver: isWaived,
      hazards: isIndex ? [{ rule: 'non-concurrent-index-build', severity: 'high' }] : [],
      tables: [isIndex ? 'public.step_0001' : `public.${table}`],
      rows: null,
      paths: changesRules ? [path, rulesPath] : [path],
      reversibility: ['proven'],
      statements: [isIndex ? 'CREATE INDEX' : 'CREATE TABLE'],
      isRed: false,
    },
  };
}

/** Its possible names in the history. */
export function migrationsOf(number: number): readonly string[] {
  return [migrationOf(number, false), migrationOf(number, true)];
}

/** The same change after its waiver's last day, which is no waiver any more. */
export function withoutWaiver(change: Change): Change {
  if (!change.bringsWaiver) return change;
  return {
    ...change,
    content: change.content.replace(' until ', ' ended '),
    bringsWaiver: false,
    hazards: [...change.hazards, { rule: 'invalid-waiver', severity: 'low' }],
  };
}

/** The files of a branch that holds a change, and of the others none; `file` as in `Around`. */
export function filesOf(
  { content }: Change,
  around: Omit<Around, 'until'>,
): Readonly<Record<string, string | null>> {
  const kind = kinds.find((one) => content.startsWith(`${one} `));
  if (kind === undefined) throw new Error(`no work is ${content}`);
  const until = /(?:until|ended) (\S+)$/.exec(content)?.[1] ?? '';
  const { path, text } = workOf(kind, { ...around, until });
  const paths = migrationsOf(around.number).map((name) => `migrations/${name}.sql`);
  return {
    ...Object.fromEntries(paths.map((one) => [one, null])),
    [path]: text,
    [rulesPath]: kind === 'rules' ? `${around.file}# Looked over with ${path}.\n` : around.file,
  };
}

/** A name for the repository's file as it is. */
function nameOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 12);
}

function waiverOf(until: string): string {
  return `-- tidegate:allow non-concurrent-index-build until=${until} reason="the table is small"`;
}

function migrationOf(number: number, isUnowned: boolean): string {
  return `${padded(number)}_${isUnowned ? 'free_step' : 'step'}`;
}

function padded(number: number): string {
  return String(number).padStart(4, '0');
}
