import { createHash, type Hash } from 'node:crypto';
import type { CompiledMigration, MigrationSettings, Statement } from '../domain/migration.ts';
import type { GivenExtension } from './ground.ts';
import { historyTableOf } from './history-table.ts';

/** A migration that the shadow holds before a plan's steps run. */
export interface BaselineStep {
  readonly name: string;
  /** Differs wherever its statements may differ. */
  readonly mark: string;
}

/** A schema that stands for the first migrations of a history, which need not replay then. */
export interface BaselineStart {
  /** What people know it by: a file's path, or whose schema it is. */
  readonly label: string;
  /** SHA-256 of its SQL, in hexadecimal. */
  readonly digest: string;
  /** The migrations that it stands for; `steps` of the baseline are those after them. */
  readonly standsFor: readonly string[];
  /** Its statements; asked for only where a shadow must be built of them. */
  readonly load: () => Promise<readonly Statement[]>;
}

/** What a shadow is to hold; steps and statements are asked for only where it must be built. */
export interface Baseline {
  /** What stands before the first step; absent where the history begins with it. */
  readonly start?: BaselineStart | undefined;
  /** Over all steps, as `BaselineHash` makes it. */
  readonly digest: string;
  readonly steps: () => readonly BaselineStep[];
  /** The compiled migrations of `steps`, from that place on. */
  readonly load: (from: number) => Promise<readonly CompiledMigration[]>;
}

export interface BaselineRequest extends Baseline {
  readonly settings: MigrationSettings;
  /** Roles of the target that its migrations may name. */
  readonly roles: readonly string[];
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Two histories that begin alike have the same digests for their beginnings. */
export class BaselineHash {
  private readonly hash: Hash;

  constructor(hash: Hash = createHash('sha256')) {
    this.hash = hash;
  }

  add({ name, mark }: BaselineStep): this {
    this.hash.update(`${name}\0${mark}\n`);
    return this;
  }

  copy(): BaselineHash {
    return new BaselineHash(this.hash.copy());
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }
}

export interface BaselineKeys {
  /** Of the whole baseline. */
  readonly last: string;
  /** Of each beginning of it, the empty one first. */
  readonly all: () => readonly string[];
}

/** What templates are known by: everything that decides what a baseline looks like. */
export function baselineKeys(
  versionNumber: number,
  { start: from, digest, steps, settings }: BaselineRequest,
  given: readonly GivenExtension[] = [],
): BaselineKeys {
  const before = from === undefined ? [] : [from.digest, from.standsFor];
  const ground = given.length === 0 ? [] : [{ extensions: given }];
  const start = JSON.stringify([versionNumber, historyTableOf(settings), ...before, ...ground]);
  const keyOf = (history: string): string =>
    createHash('sha256').update(`${start}\n${history}`).digest('hex');
  return {
    last: keyOf(digest),
    all: () => {
      const hash = new BaselineHash();
      return [hash.digest(), ...steps().map((step) => hash.add(step).digest())].map(keyOf);
    },
  };
}

/** A baseline whose statements are all at hand. */
export function compiledBaseline(migrations: readonly CompiledMigration[]): Baseline {
  const steps = migrations.map(({ name, up }) => ({ name, mark: markOf(up) }));
  return {
    digest: steps.reduce((hash, step) => hash.add(step), new BaselineHash()).digest(),
    steps: () => steps,
    load: (from) => Promise.resolve(migrations.slice(from)),
  };
}

function markOf(up: CompiledMigration['up']): string {
  const statements = up.statements.map(({ sql }) => sql);
  return createHash('sha256')
    .update(JSON.stringify([up.transaction, statements]))
    .digest('hex');
}
