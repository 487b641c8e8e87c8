import { isForDrift, type Hold } from '../../domain/hold.ts';

/** What decides whether a hold is over: folders by migration name and blob, and the target's history. */
export interface Standing {
  /** The branch's folder at the commit that the hold is about. */
  readonly held: ReadonlyMap<string, string>;
  /** The branch's folder as it is, or as a merge would leave it. */
  readonly branch: ReadonlyMap<string, string>;
  readonly applied: ReadonlySet<string>;
  /** Those of which a part is taken back, by statements that ran outside a transaction. */
  readonly halfBack: ReadonlySet<string>;
}

/**
 * Whether a hold's own change decides about it, planned and decided anew at each look: what was not approved may
 * have been since, a history may have been mended in the database, a target may answer again.
 */
export function isDecidedAgain({ reason, migrations }: Hold): boolean {
  switch (reason) {
    case 'not-approved':
    case 'not-promoted':
    case 'target-moved':
    case 'history-mismatch':
    case 'history-lost':
    case 'rules':
    case 'drift':
      return true;
    case 'apply-failed':
      return migrations.length === 0;
    case 'rolled-back':
    case 'removed':
    case 'in-doubt':
    case 'another-database':
    case 'asked':
      return false;
  }
}

/**
 * Whether the reason of a hold is still there. What failed, was not approved or was rolled back must be gone
 * from the branch or written anew, or back where it was to be taken back; what was removed must be back; what the history
 * lost must be back there, or gone from the branch; a file that does not fit the history must be
 * another than it was. What was wrongly said to be there is over as what failed is. A hold that somebody asked for, a transaction
 * in doubt and another database end by a command only; one over the rules, or over drift, is about no migration.
 */
export function isHoldStillTrue(hold: Hold, { held, branch, applied, halfBack }: Standing): boolean {
  const isAsHeld = (name: string): boolean =>
    branch.get(name) === held.get(name) && (branch.has(name) || applied.has(name));
  // Up or down: branch and history still differ about it, and the branch is as it was.
  const isToRun = (name: string): boolean =>
    branch.get(name) === held.get(name) && branch.has(name) !== applied.has(name);
  switch (hold.reason) {
    case 'not-approved':
    case 'not-promoted':
    case 'apply-failed':
    case 'target-moved':
      return hold.migrations.some(isToRun);
    case 'rolled-back':
      return hold.migrations.some((name) => isToRun(name) || (isAsHeld(name) && halfBack.has(name)));
    case 'history-lost':
      return hold.migrations.some((name) => branch.has(name) && !applied.has(name));
    case 'removed':
      return hold.migrations.some((name) => !branch.has(name) && applied.has(name));
    case 'history-mismatch':
      return hold.migrations.length === 0 || hold.migrations.some(isAsHeld);
    case 'drift':
      return isForDrift(hold) || hold.migrations.some(isToRun);
    case 'in-doubt':
    case 'another-database':
    case 'rules':
    case 'asked':
      return true;
  }
}
