import { createHash } from 'node:crypto';
import type { BaselineChoice } from '../../domain/baseline.ts';
import type { MigrationSettings, Statement } from '../../domain/migration.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Problem } from '../../domain/problem.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import {
  baselineStatements,
  throughLine,
  throughOf,
  withoutExtension,
} from '../../migrations/baseline-file.ts';
import type { BaselineOrigin } from '../../migrations/baseline-file.ts';
import type { Sandbox } from '../../migrations/sandbox/sandbox.ts';
import type { Clock } from '../../ports/clock.ts';
import { SchemaUnavailable, TargetUnavailable, type Targets } from '../../ports/target.ts';
import type { BaselineStart } from '../../shadow/baseline-request.ts';
import { BaselineProblems } from './baseline-problems.ts';

/** What a plan knows when it asks what its shadow starts from. */
export interface StartQuestion {
  /** What the history holds, in its order. */
  readonly actual: readonly string[];
  /** What the shadow is to hold before the steps, in order. */
  readonly baseline: readonly string[];
  /** All migrations of the folder. */
  readonly files: readonly string[];
  /** The steps' own, upwards. */
  readonly adds: readonly string[];
}

/** A schema for the shadow to start from. */
export type StartAnswer =
  | { readonly kind: 'start'; readonly start: BaselineStart; readonly note: string }
  /** The target holds some of the steps already: an interrupted apply of them. Its schema is none to try them on. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Finds what a plan's shadow starts from; asked only where something is to be tried. */
export type FindStart = (question: StartQuestion, signal: AbortSignal) => Promise<StartAnswer>;

export interface StartTools {
  readonly sandbox: Sandbox;
  readonly targets: Pick<Targets, 'schema'>;
  readonly clock: Clock;
}

export interface StartPlace {
  readonly key: EnvironmentKey;
  readonly settings: MigrationSettings;
  /** Reads a file of the default branch; null where there is none. */
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
}

/** How an environment's choice is carried out; undefined where its migrations replay from nothing. */
export function startOf(
  choice: BaselineChoice | undefined,
  { key, settings, readFile }: StartPlace,
  tools: StartTools,
): FindStart | undefined {
  switch (choice?.kind) {
    case undefined:
      return undefined;
    case 'target':
      return (question, signal) => startFromTarget(key, settings, question, tools, signal);
    case 'file':
      return async (question, signal) => {
        const bytes = await readFile(choice.path);
        const file = { ...choice, sql: bytes === null ? null : new TextDecoder().decode(bytes) };
        return startFromFile(file, question, tools, signal);
      };
  }
}

export interface BaselineFile {
  readonly path: string;
  /** As the configuration says; null where it leaves that to the file. */
  readonly through: string | null;
  /** Null where there is no such file. */
  readonly sql: string | null;
}

/** A shadow that starts from a schema file. */
export function startFromFile(
  { path, through: configured, sql }: BaselineFile,
  question: StartQuestion,
  { sandbox }: Pick<StartTools, 'sandbox'>,
  signal: AbortSignal,
): StartAnswer {
  if (sql === null) return problem(fileMissing(path));
  const inFile = throughOf(sql);
  const through = configured === null ? inFile : withoutExtension(configured);
  if (through === null) return problem(silent(path), path);
  if (inFile !== null && inFile !== through) return problem(contradicted(path, inFile, through), path);
  const wrong = misplaced(path, through, question);
  if (wrong !== null) return problem(wrong, path);
  const standsFor = question.baseline.slice(0, question.baseline.indexOf(through) + 1);
  const origin = { label: path, path };
  const note = `The shadow starts from ${path}, which stands for the first ${counted(standsFor.length)}.`;
  return { kind: 'start', start: startWith(sql, origin, standsFor, sandbox, signal), note };
}

async function startFromTarget(
  key: EnvironmentKey,
  settings: MigrationSettings,
  { actual, adds }: StartQuestion,
  { targets, sandbox, clock }: StartTools,
  signal: AbortSignal,
): Promise<StartAnswer> {
  try {
    const { sql, history } = await targets.schema(key, settings);
    const more = history.filter((name) => !actual.includes(name));
    const isGrown = history.length - more.length === actual.length;
    if (isGrown && more.length > 0 && more.every((name) => adds.includes(name))) return { kind: 'begun' };
    if (!isGrown || more.length > 0) return problem(movedMeanwhile(key));
    const readAt = clock().toISOString().slice(0, 19).replace('T', ' ');
    const note =
      `The shadow starts from the target's own schema, read at ${readAt} UTC, which stands for the ` +
      `${counted(actual.length)} of its history.`;
    const origin = { label: "the target's own schema", path: null };
    return { kind: 'start', start: startWith(sql, origin, actual, sandbox, signal), note };
  } catch (error) {
    if (error instanceof SchemaUnavailable) return problem(error.message);
    if (!(error instanceof TargetUnavailable)) throw error;
    return { kind: 'problem', problem: { code: 'target-unavailable', message: error.message } };
  }
}

function startWith(
  sql: string,
  origin: BaselineOrigin,
  standsFor: readonly string[],
  sandbox: Sandbox,
  signal: AbortSignal,
): BaselineStart {
  return {
    label: origin.label,
    digest: createHash('sha256').update(withoutNoise(sql)).digest('hex'),
    standsFor,
    load: async (): Promise<readonly Statement[]> => {
      const read = await baselineStatements(sql, origin, sandbox, signal);
      if (read.kind === 'problem') throw new BaselineProblems([read.problem]);
      return read.statements;
    },
  };
}

/** pg_dump fences each dump with another random word: the same schema is to have the same digest. */
function withoutNoise(sql: string): string {
  return sql.replaceAll(/^\\(un)?restrict .*$/gm, '');
}

function misplaced(path: string, through: string, { actual, baseline, files }: StartQuestion): string | null {
  const says = `${path} stands for the migrations through ${through}`;
  if (!files.includes(through)) {
    const meant = nearest(through, files, 3);
    const hint = meant === null ? '' : ` Did you mean ${meant}?`;
    return `${says}, and there is no migration of that name in the folder.${hint} Name the last one whose changes the file holds.`;
  }
  if (actual.includes(through) && baseline.includes(through)) return null;
  const last = actual.at(-1);
  const found = last === undefined ? 'which is empty' : `which ends with ${last}`;
  return (
    `${says}, and that one was expected in the database's history, ${found}. A baseline can only stand for what ran: ` +
    'make it of an earlier state, or bring that database so far first.'
  );
}

function fileMissing(path: string): string {
  return (
    `The file ${path} was expected on the default branch, since .github/tidegate.yml names it as the baseline; ` +
    'there is none. Commit it there, or take `baseline` out.'
  );
}

function silent(path: string): string {
  return (
    `${path} was expected to say for which migrations it stands, and does not. Write \`${throughLine}\` on a line of ` +
    'its own, with the last one that it holds, or give `baseline: { file, through }` in .github/tidegate.yml.'
  );
}

function contradicted(path: string, inFile: string, through: string): string {
  return (
    `${path} says that it stands for the migrations through ${inFile}, and .github/tidegate.yml says through ${through}. ` +
    'Make both say the same, or leave one out.'
  );
}

function movedMeanwhile({ environment }: EnvironmentKey): string {
  return (
    `The history of ${environment} moved while its schema was read, so that the two do not fit each other. ` +
    'Comment `/plan` to have it read again.'
  );
}

function counted(count: number): string {
  return count === 1 ? 'migration' : `${count} migrations`;
}

function problem(message: string, path?: string): StartAnswer {
  return {
    kind: 'problem',
    problem: { code: 'baseline', message, ...(path === undefined ? {} : { path }) },
  };
}
