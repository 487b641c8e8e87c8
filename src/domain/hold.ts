import type { Severity } from './severity.ts';

/** Why an environment takes no applies. Closed list: each reason has its own ways out. */
export type HoldReason =
  /** A change reached the branch that the gate does not allow. */
  | 'not-approved'
  /** A change reached the branch whose migrations have not run as they have to where it is promoted from. */
  | 'not-promoted'
  /** A statement failed on the target. */
  | 'apply-failed'
  /** The target was another, at each of several tries, by the time that its lock was had. */
  | 'target-moved'
  /** It cannot be told whether a transaction committed. */
  | 'in-doubt'
  /** A rollback ran, and its revert has not reached the branch. */
  | 'rolled-back'
  /** Applied migrations are gone from the branch, and no planned pull request removed them. */
  | 'removed'
  /** History and branch disagree in another way: edited, renamed, unknown. */
  | 'history-mismatch'
  /** What ran, and is still in the branch, is no longer in the target's history. */
  | 'history-lost'
  /** Another database answers under the environment's address than before. */
  | 'another-database'
  /** The rules on the default branch were changed, and whom the rules before ask have not agreed. */
  | 'rules'
  /** The database's schema is not what its history makes. */
  | 'drift'
  /** Somebody asked for it. */
  | 'asked';

export interface Hold {
  readonly reason: HoldReason;
  /** One or two sentences for people: what happened. */
  readonly message: string;
  /** What ends it, one way a line. */
  readonly waysOut: readonly string[];
  /** The migrations that it is about; the hold is over when branch and history agree on them. */
  readonly migrations: readonly string[];
  readonly commit: string | null;
  readonly pullRequest: number | null;
  readonly since: Date;
  /** The alert issue, where one was opened. */
  readonly issue: number | null;
  /** What was not approved: what `/confirm` is about, and `/apply --now` where it is migrations. */
  readonly plan?: HeldPlan | undefined;
  /** The migration of a rollback of which it is in doubt whether it was taken back, and where that was asked for. */
  readonly takingBack?: { readonly migration: string; readonly askedOn: number } | undefined;
  /** The comment that asked for it: what was written before that is not about it. */
  readonly askedBy?: number | undefined;
  /** A hold that somebody asked for, and that comes back when this one ends. */
  readonly beneath?: Hold | undefined;
}

/**
 * Whether an environment is held for what its database is; not for a migration that says wrongly what is there, which
 * is decided by its own change.
 */
export function isForDrift({ reason, migrations }: Pick<Hold, 'reason' | 'migrations'>): boolean {
  return reason === 'drift' && migrations.length === 0;
}

/** The hold of an environment that has another name by now: what to write there names that one. */
export function heldUnderNewName(hold: Hold, was: string, is: string): Hold {
  const named = (text: string): string =>
    text.replaceAll(/`(\/[^`]+)`/g, (whole, command: string) =>
      command.endsWith(` ${was}`) ? `\`${command.slice(0, -was.length)}${is}\`` : whole,
    );
  return {
    ...hold,
    message: `${named(hold.message)} \`${was}\` is called \`${is}\` since.`,
    waysOut: hold.waysOut.map(named),
    ...(hold.beneath === undefined ? {} : { beneath: heldUnderNewName(hold.beneath, was, is) }),
  };
}

export interface HeldPlan {
  readonly digest: string;
  /** Its worst hazard; null where it has none. */
  readonly severity: Severity | null;
  /** Whether it is another plan than the one that its pull request had. */
  readonly isOther?: boolean | undefined;
}
