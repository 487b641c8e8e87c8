import type { HeldPlan, Hold, HoldReason } from '../../domain/hold.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { announce } from './announcements.ts';
import type { Tools } from '../tools.ts';
import { waysOut } from './ways-out.ts';

export interface HoldRequest {
  readonly reason: HoldReason;
  readonly message: string;
  readonly migrations: readonly string[];
  readonly commit: string | null;
  readonly pullRequest: number | null;
  /** As `Hold.plan`. */
  readonly plan?: HeldPlan;
  /** Of the migrations, those that were to be taken back; absent where the plan tells, or there are none. */
  readonly takenBack?: readonly string[];
  /** As `Hold.takingBack`. */
  readonly takingBack?: Hold['takingBack'];
  /** Who asked for it; absent where Tidegate found the reason itself. */
  readonly actor?: string;
  /** As `Hold.askedBy`. */
  readonly askedBy?: number;
  /** What ends it, where that depends on more than the reason. */
  readonly waysOut?: readonly string[];
}

/** Puts an environment on hold, opens its alert issue, and has its pull requests decided anew. */
export async function holdEnvironment(
  key: EnvironmentKey,
  request: HoldRequest,
  tools: Tools,
): Promise<Hold> {
  const standing = await tools.records.hold(key);
  const { actor = 'tidegate', takenBack, ...about } = request;
  const beneath = standing?.reason === 'asked' && request.reason !== 'asked' ? standing : standing?.beneath;
  // What is held for something else is so from now on, also where it was on hold before.
  const isStanding = standing?.reason === request.reason && standing.commit === request.commit;
  const ways =
    request.waysOut ??
    waysOut(request, key.environment, takenBack ?? (await takenBackBy(key, request, tools)));
  const hold: Hold = {
    ...about,
    waysOut: isStanding && hasNoIssue(standing) ? [issuesAreOff, ...ways] : ways,
    since: isStanding ? standing.since : tools.clock(),
    issue: standing?.issue ?? null,
    ...(beneath === undefined ? {} : { beneath }),
  };
  await tools.records.setHold(key, hold);
  if (isStanding) return hold;
  await tools.records.audit({
    ...key,
    pullRequest: request.pullRequest,
    commit: request.commit,
    actor,
    action: request.reason === 'asked' ? 'hold-asked' : 'held',
    migration: null,
    digest: request.plan?.digest ?? null,
    detail: { reason: request.reason, message: request.message, migrations: request.migrations },
  });
  await announce(key.repositoryId, { kind: 'alert', environment: key.environment }, tools);
  await announce(key.repositoryId, { kind: 'hold-moved', environment: key.environment }, tools);
  return hold;
}

/**
 * Ends a hold, closes its alert issue, and has the environment's pull requests decided anew. A hold that somebody asked
 * for and that lay beneath it stands again; for drift that it hid the environment is looked at.
 */
export async function endHold(
  key: EnvironmentKey,
  hold: Hold,
  by: { readonly actor: string; readonly why: string },
  tools: Tools,
): Promise<void> {
  const ended = await tools.records.endHold(key);
  await tools.records.setReleaseRequest(key, null);
  await tools.records.audit({
    ...key,
    pullRequest: hold.pullRequest,
    commit: hold.commit,
    actor: by.actor,
    action: 'released',
    migration: null,
    digest: null,
    detail: { reason: hold.reason, why: by.why },
  });
  if (hold.reason === 'rolled-back' && hold.pullRequest !== null) {
    const { pullRequest, migrations } = hold;
    const settled = { kind: 'rollback-settled' as const, environment: key.environment, pullRequest };
    await announce(key.repositoryId, { ...settled, migrations: [...migrations] }, tools);
  }
  await announce(key.repositoryId, { kind: 'hold-moved', environment: key.environment }, tools);
  if (hold.reason !== 'drift') await tools.queue.enqueue({ kind: 'drift', ...key });
  const issue = ended?.issue ?? null;
  if (issue === null) return;
  const body = tools.reports.reply({ kind: 'hold-ended', environment: key.environment, why: by.why });
  await announce(key.repositoryId, { kind: 'close-alert', issue, body }, tools);
}

/** The first way out where an alert issue is spoken of, and there can be none. */
export const issuesAreOff =
  'Turn issues on in the settings of this repository, which has them off: the alert issue is then opened by itself.';

/** Whether a hold waits for its alert issue until the repository takes issues. */
export function hasNoIssue({ waysOut: ways }: Pick<Hold, 'waysOut'>): boolean {
  return ways.includes(issuesAreOff);
}

/** Of the migrations that were not approved, those whose files the branch has lost. */
async function takenBackBy(
  key: EnvironmentKey,
  { plan }: HoldRequest,
  { records }: Pick<Tools, 'records'>,
): Promise<readonly string[]> {
  const made = plan === undefined ? null : await records.planByDigest(key, plan.digest);
  const steps = made?.plan.steps ?? [];
  return steps.flatMap(({ direction, migration }) => (direction === 'down' ? [migration] : []));
}
