import type { Hold } from '../domain/hold.ts';

/** What decides whether a hold is over: folders by migration name and blob, and the target's history. */
export interface Standing {
  /** The branch's folder at the commit that the hold is about. */
  readonly held: ReadonlyMap<string, string>;
  /** The branch's folder as it is, or as a merge would leave it. */
  readonly branch: ReadonlyMap<string, string>;
  readonly applied: ReadonlySet<string>;
}

/**
 * Whether the reason of a hold is still there. What failed, was not approved or was rolled back must be gone
 * from the branch or written anew; what was removed must be back. A hold that somebody asked for, a transaction
 * in doubt and another database end by a command only.
 */
export function isHoldStillTrue(hold: Hold, { held, branch, applied }: Standing): boolean {
  switch (hold.reason) {
    case 'not-approved':
    case 'apply-failed':
    case 'rolled-back':
      return hold.migrations.some(
        (name) => branch.has(name) && !applied.has(name) && branch.get(name) === held.get(name),
      );
    case 'removed':
    case 'history-mismatch':
      return hold.migrations.some((name) => !branch.has(name) && applied.has(name));
    case 'configuration':
      return false;
    case 'in-doubt':
    case 'another-database':
    case 'asked':
      return true;
  }
}
