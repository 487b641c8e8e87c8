import { createHash } from 'node:crypto';
import type { CompiledMigration, MigrationSettings } from '../domain/migration.ts';
import { historyTableOf } from './history-table.ts';

/** A migration that the shadow holds before a plan's steps run. */
export interface BaselineStep {
  readonly name: string;
  /** Differs wherever its statements may differ. */
  readonly mark: string;
}

/** What a shadow is to hold; the statements are asked for only where it must be built. */
export interface BaselineRequest {
  readonly steps: readonly BaselineStep[];
  /** The compiled migrations of `steps`, from that place on. */
  readonly load: (from: number) => Promise<readonly CompiledMigration[]>;
  readonly settings: MigrationSettings;
  /** Roles of the target that its migrations may name. */
  readonly roles: readonly string[];
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface BaselineKeys {
  /** Of the whole baseline. */
  readonly last: string;
  /** Of each beginning of it, the empty one first. */
  readonly all: () => readonly string[];
}

/**
 * Keys of a baseline and of its beginnings, by everything that decides what they look like: two histories that
 * begin alike share the keys of their beginnings.
 */
export function baselineKeys(versionNumber: number, { steps, settings }: BaselineRequest): BaselineKeys {
  const start = JSON.stringify([versionNumber, historyTableOf(settings)]);
  const lines = steps.map(({ name, mark }) => `\n${name}\0${mark}`);
  return {
    last: createHash('sha256')
      .update(`${start}${lines.join('')}`)
      .digest('hex'),
    all: () => {
      const hash = createHash('sha256').update(start);
      const keys = [hash.copy().digest('hex')];
      for (const line of lines) keys.push(hash.update(line).copy().digest('hex'));
      return keys;
    },
  };
}

/** A baseline whose statements are all at hand. */
export function compiledBaseline(
  migrations: readonly CompiledMigration[],
): Pick<BaselineRequest, 'steps' | 'load'> {
  return {
    steps: migrations.map(({ name, up }) => ({ name, mark: markOf(up) })),
    load: (from) => Promise.resolve(migrations.slice(from)),
  };
}

function markOf(up: CompiledMigration['up']): string {
  const statements = up.statements.map(({ sql }) => sql);
  return createHash('sha256')
    .update(JSON.stringify([up.transaction, statements]))
    .digest('hex');
}
