import { createHash } from 'node:crypto';
import type { Drift } from '../domain/drift.ts';
import type { SchemaChange } from '../domain/schema-diff.ts';
import type { SchemaObject } from './schema-object.ts';
import { statementsBetween } from './statements-between.ts';

/** What changes come to, as DDL that can be run where they are to be made. `standing`: the schema before, whole. */
export function describe(
  changes: readonly SchemaChange[],
  standing: readonly SchemaObject[],
): Pick<Drift, 'changes' | 'statements' | 'left' | 'digest'> {
  const { statements, left } = statementsBetween(changes, standing);
  return {
    changes,
    statements,
    left: left.map(({ kind, name, change }) => ({ kind, name, change })),
    digest: createHash('sha256').update(JSON.stringify(changes)).digest('hex'),
  };
}

/** Changes less those of extensions that are there on both sides, or that the one side has beforehand. */
export function withoutGiven(
  changes: readonly SchemaChange[],
  given: ReadonlySet<string>,
): readonly SchemaChange[] {
  return changes.filter(
    ({ kind, name, change }) => kind !== 'extension' || (change !== 'changed' && !given.has(name)),
  );
}
