import type { Hold } from '../../domain/hold.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { localTime } from '../../domain/window.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';

/** Whether an environment may take a change now, or waits for the one before it on its branch. */
export type Turn = { readonly kind: 'now' } | Waiting;

/** What an environment waits for. */
export interface Waiting {
  readonly kind: 'waits';
  readonly before: string;
  /** Goes on after its name. Null where nothing stands in the way: that one comes to it, and this one after it. */
  readonly why: string | null;
  /** The alert issue that says what ends it; null where there is none. */
  readonly issue: number | null;
}

/** A change of a branch. */
export interface TakenInTurn {
  readonly commit: string;
  /** The migrations that it brings or takes away. */
  readonly migrations: readonly string[];
}

const now = { kind: 'now' } as const;

/**
 * Whether the environments before this one on its branch are through with a change: each has dealt with its commit, and
 * is not on hold for what it brings or takes away. One that goes on where the one before it is on hold comes after it
 * all the same: not before that one had its turn with it.
 */
export async function turnOf(
  host: CodeHost,
  policy: EnvironmentPolicy,
  environments: readonly EnvironmentPolicy[],
  change: TakenInTurn,
  tools: Pick<Tools, 'records' | 'targets'>,
): Promise<Turn> {
  const before = environments.find(({ name }) => name === policy.after);
  if (before === undefined) return now;
  const { name } = before;
  const key = { repositoryId: host.repository.id, environment: name };
  if (!tools.targets.has(key)) return { kind: 'waits', before: name, why: noDatabase, issue: null };
  const [hold, dealtWith] = await Promise.all([tools.records.hold(key), tools.records.reconciledCommit(key)]);
  const isDealtWith = await isOn(host, change.commit, dealtWith);
  if (isDealtWith && (hold === null || !isAbout(hold, change))) return now;
  if (hold === null) return notYet(host, before, environments, change, tools);
  const hadItsTurn = isDealtWith || (await isOn(host, change.commit, await tools.records.lookedAt(key)));
  if (policy.goesOn === true && hadItsTurn) {
    // What that one may not take yet does not go round it.
    const turn = await turnOf(host, before, environments, change, tools);
    return turn.kind === 'now' ? now : behind(name, turn);
  }
  return { kind: 'waits', before: name, why: `, which is on hold: ${hold.message}`, issue: hold.issue };
}

/** For one before that is not on hold: it waits itself, or comes to it in a moment. */
async function notYet(
  host: CodeHost,
  before: EnvironmentPolicy,
  environments: readonly EnvironmentPolicy[],
  change: TakenInTurn,
  tools: Pick<Tools, 'records' | 'targets'>,
): Promise<Waiting> {
  const waits = { kind: 'waits' as const, before: before.name };
  const key = { repositoryId: host.repository.id, environment: before.name };
  const [shut] = await tools.records.waitingChanges(key);
  if (shut !== undefined) {
    return { ...waits, why: `, which waits for its window until ${localTime(shut.opening)}`, issue: null };
  }
  const turn = await turnOf(host, before, environments, change, tools);
  return turn.kind === 'now' ? { ...waits, why: null, issue: null } : behind(before.name, turn);
}

function behind(before: string, turn: Waiting): Waiting {
  const why = turn.why === null ? null : `, which waits for \`${turn.before}\`${turn.why}`;
  return { kind: 'waits', before, why, issue: turn.issue };
}

const noDatabase =
  ', for which a database was expected, and the server’s configuration names none: add one, or take it out of the order';

/** A database that may be another one may lack anything. */
function isAbout({ reason, migrations: held }: Hold, { migrations }: TakenInTurn): boolean {
  return reason === 'another-database' || migrations.some((name) => held.includes(name));
}

/** Whether a commit is part of what a branch was at another; it is not where that is unknown. */
async function isOn(host: CodeHost, commit: string, tip: string | null): Promise<boolean> {
  if (tip === null) return false;
  return tip === commit || (await host.mergeBase(commit, tip)) === commit;
}

/** That it waits, in sentences. */
export function waitingWords({ before, why, issue }: Waiting): string {
  const what = `It waits for \`${before}\`${why ?? ', which comes first'}`;
  const end = what.endsWith('.') ? '' : '.';
  const where = issue === null ? '' : `; #${issue} says what ends that`;
  return `${what}${end} It is taken by itself afterwards${where}.`;
}
