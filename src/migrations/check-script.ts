import type { Direction, MigrationSource } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import { problemOf } from './compilation.ts';
import type { ExaminedScript } from './compilation-shape.ts';

type Examined = ExaminedScript['statements'][number];

/** Refuses what would escape the transaction of a migration, or cannot run in one, in one of its directions. */
export function checkScript(
  source: MigrationSource,
  script: ExaminedScript,
  direction: Direction,
): Problem | null {
  const found = (nature: Examined['nature']): Examined | undefined =>
    script.statements.find((statement) => statement.nature === nature);
  const control = found('control');
  if (control !== undefined) return refuseControl(source, control);
  const copy = found('client-copy');
  if (copy !== undefined) return refuseCopy(source, copy);
  const alone = found('alone');
  if (alone === undefined) return null;
  if (script.transaction) return refuseInTransaction(source, alone, direction);
  const other = found('plain');
  return other === undefined ? null : refuseMixture(source, alone, other, direction);
}

function refuseControl(source: MigrationSource, statement: Examined): Problem {
  const message = `${quote(statement)} would leave the transaction, or the role, that the migration runs in. Remove it: each migration is one transaction of its own, or runs without one after pgm.noTransaction().`;
  return problemOf(source, 'transaction-control', message, { line: statement.line }).problem;
}

function refuseCopy(source: MigrationSource, statement: Examined): Problem {
  const message = `${quote(statement)} waits for a client that sends or takes the rows, and a migration has none. Write INSERT instead.`;
  return problemOf(source, 'syntax', message, { line: statement.line }).problem;
}

function refuseInTransaction(source: MigrationSource, statement: Examined, direction: Direction): Problem {
  const how =
    source.language === 'sql'
      ? 'node-pg-migrate has no such switch for .sql files: put this statement into a migration of its own in JavaScript, with pgm.noTransaction() and pgm.sql(…).'
      : `Put it into a migration of its own that calls pgm.noTransaction() in ${direction}.`;
  const message = `${quote(statement)} cannot run inside a transaction, and the ${direction} part of this migration is one. ${how}`;
  return problemOf(source, 'mixed-transaction', message, { line: statement.line }).problem;
}

function refuseMixture(
  source: MigrationSource,
  alone: Examined,
  other: Examined,
  direction: Direction,
): Problem {
  const message = `The ${direction} part runs without a transaction and mixes ${quote(alone)} with ${quote(other)}${inLine(other)}, so that a failure would leave half of it. Split it: one migration with pgm.noTransaction() for what cannot run in a transaction, and one with a transaction for the rest.`;
  return problemOf(source, 'mixed-transaction', message, { line: alone.line }).problem;
}

function inLine(statement: Examined): string {
  return statement.line === null ? '' : ` (line ${String(statement.line)})`;
}

function quote(statement: Examined): string {
  const short = statement.sql.replaceAll(/\s+/g, ' ');
  return `"${short.length > 60 ? `${short.slice(0, 59)}…` : short}"`;
}
