import type { Trace } from '../../domain/drift.ts';
import type { CompiledMigration } from '../../domain/migration.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { withoutGiven } from '../../drift/describe.ts';
import type { TargetState, TargetView } from '../../ports/target.ts';
import { snapshotOf, type CatalogSnapshot } from '../../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../shadow/catalog/diff.ts';
import { readCatalogOf } from '../../shadow/catalog/read-catalog.ts';
import { stoppedHalfway } from '../applying/halfway.ts';
import type { Environment } from '../environment.ts';
import type { RollbackGround } from '../rollback/rollback-ground.ts';
import { whoseDatabase } from '../same-database.ts';
import type { Tools } from '../tools.ts';
import { expectedSchema } from './expected-schema.ts';
import { triedByNobody } from './left-out.ts';
import { tracesOf } from './traces.ts';

/** A target's schema beside the one that its history makes. */
export interface Compared {
  readonly kind: 'compared';
  readonly state: TargetState;
  readonly ground: RollbackGround;
  readonly expected: CatalogSnapshot;
  readonly actual: CatalogSnapshot;
  /** From expected to actual. */
  readonly changes: readonly SchemaChange[];
  /** Keys of the objects that the added migrations touch: rules leave alone what Git does not speak of, and these it does. */
  readonly touched: ReadonlySet<string>;
  readonly traces: readonly Trace[];
  /** Of the target as it was compared. */
  readonly mark: Mark;
}

export type Mark = Pick<TargetView, 'fingerprint' | 'historyMark'>;

export type Comparison =
  | Compared
  /** `isPassing`: it is to be tried again, and says nothing of what was found before. */
  | {
      readonly kind: 'not-compared';
      readonly why: string;
      readonly isPassing: boolean;
      readonly mark: Mark;
    };

/** A target that changes all the time is looked at so often. */
const attempts = 3;

/**
 * Compares what an environment's database has with what its history makes; `adding` are migrations that are taken to
 * have run as well. What is read belongs to one moment: it is read again where catalog or history moved meanwhile.
 */
export async function compareSchemas(
  environment: Environment,
  tools: Tools,
  signal: AbortSignal,
  adding: readonly CompiledMigration[] = [],
): Promise<Comparison> {
  const { key, settings } = environment;
  let mark: Mark = { fingerprint: '', historyMark: '' };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const first = await tools.targets.look(key, settings, async (view) => {
      const { fingerprint, historyMark, underway } = view;
      return { mark: { fingerprint, historyMark }, underway, state: await view.state() };
    });
    mark = first.mark;
    const { state } = first;
    const underway = first.underway ?? (await notEnded(environment, state, tools));
    if (underway !== null) return passing(underway, mark);
    if ((await whoseDatabase(environment, state, tools)) !== 'own') {
      return passing('Another database answers there than before.', mark);
    }
    const found = await expectedSchema(environment, state, adding, tools, signal);
    if (typeof found === 'string') return { kind: 'not-compared', why: found, isPassing: false, mark };
    const { ground, schema: expected, touched } = found;
    const seen = await tools.targets.look(key, settings, async (view) => {
      if (view.historyMark !== first.mark.historyMark || view.underway !== null) return null;
      const catalog = await readCatalogOf((sql, values) => view.ask(sql, values), settings, view.owners);
      const actual = snapshotOf(catalog);
      const all = withoutGiven(diffSnapshots(expected, actual), givenTo(ground));
      const changes = await triedByNobody(all, state);
      const traces = await tracesOf(view, changes);
      if (await view.hasMoved()) return null;
      const { fingerprint, historyMark } = view;
      return { actual, changes, traces, mark: { fingerprint, historyMark } };
    });
    if (seen !== null) return { kind: 'compared', state, ground, expected, touched, ...seen };
  }
  return passing('It changed each time while it was read.', mark);
}

/** What has stopped half-way and goes on is as little drift as what runs. */
async function notEnded(environment: Environment, state: TargetState, tools: Tools): Promise<string | null> {
  if (state.halfway.length === 0) return null;
  const { host, policy, settings } = environment;
  const folder = await host.list(policy.branch, settings.directory);
  const [first] = (await stoppedHalfway(environment, folder, state, tools)).goesOn;
  return first === undefined ? null : `${first.name} runs outside a transaction and has not come to its end.`;
}

function passing(why: string, mark: Mark): Comparison {
  return { kind: 'not-compared', why, isPassing: true, mark };
}

function givenTo({ server }: RollbackGround): ReadonlySet<string> {
  return new Set(server.ground.extensions.map(({ name }) => name));
}
