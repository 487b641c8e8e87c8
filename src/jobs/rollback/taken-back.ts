import type { ChangeRecord, RollbackRecord } from '../../ports/record-rows.ts';

/** The changes of which a rollback takes something back, in the order in which they are given. */
export function changesTakenBack(
  changes: readonly ChangeRecord[],
  { migrations }: Pick<RollbackRecord, 'migrations'>,
): readonly ChangeRecord[] {
  const names = new Set(migrations);
  return changes.filter(
    ({ status, migrations: own }) => status !== 'rolled-back' && own.some((name) => names.has(name)),
  );
}

/** The changes that ran some migrations last, in the order in which they are given: newest first. */
export function lastThatRan(
  changes: readonly ChangeRecord[],
  migrations: readonly string[],
): readonly ChangeRecord[] {
  const last = new Set(migrations.map((name) => changes.find(({ migrations: ran }) => ran.includes(name))));
  return changes.filter((change) => last.has(change));
}

/**
 * The one pull request of which all, and nothing else, is taken back; null where it is not just one. `changes` are
 * newest first: what was run, taken back and run again belongs to the last that ran it.
 */
export function pullRequestTakenBack(
  changes: readonly ChangeRecord[],
  { of, pullRequest, migrations }: Pick<RollbackRecord, 'of' | 'pullRequest' | 'migrations'>,
): number | null {
  const names = new Set(migrations);
  if (of === 'pull-request') {
    const own = changes.find((change) => change.pullRequest === pullRequest);
    const left = (own?.migrations ?? []).filter((name) => !names.has(name));
    // Its own revert would take out what another one has brought again since.
    return lastThatRan(changes, left).every((change) => change === own) ? pullRequest : null;
  }
  const isKnown = migrations.every((name) => changes.some(({ migrations: ran }) => ran.includes(name)));
  const [only, ...others] = lastThatRan(changes, migrations);
  const isWhole =
    isKnown && others.length === 0 && only?.migrations.every((name) => names.has(name)) === true;
  return isWhole ? only.pullRequest : null;
}

const named = 3;

/** What is taken back, as a sentence names it. */
export function takenBackWords({
  of,
  pullRequest,
  migrations,
}: Pick<RollbackRecord, 'of' | 'pullRequest' | 'migrations'>): string {
  if (of === 'pull-request') return `#${pullRequest}`;
  const left = migrations.length - named;
  const shown = migrations.slice(0, named).join(', ');
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** How far a rollback came: what is gone, what still stands, and of which of that a part is taken back. */
export function howFar({
  gone,
  left,
  half,
}: {
  readonly gone: readonly string[];
  readonly left: readonly string[];
  readonly half: readonly string[];
}): string {
  const parts =
    half.length === 0
      ? []
      : [`Of ${quoted(half)}, which runs outside a transaction, some statements have run, and not all.`];
  if (gone.length === 0 && half.length === 0) return 'Nothing of it was taken back.';
  const stand = left.length === 0 ? '' : `, and ${quoted(left)} still stands`;
  return [...(gone.length === 0 ? [] : [`${quoted(gone)} was taken back${stand}.`]), ...parts].join(' ');
}

export function quoted(migrations: readonly string[]): string {
  return migrations.map((name) => `\`${name}\``).join(', ');
}
