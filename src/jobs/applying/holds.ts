import type { HeldPlan, Hold, HoldReason } from '../../domain/hold.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { announce } from './announcements.ts';
import type { Tools } from '../tools.ts';

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

/** What ends a hold, one way a line, in the order in which a team would think of them. */
function waysOut(
  { reason, migrations, pullRequest }: HoldRequest,
  environment: string,
  takenBack: readonly string[],
): readonly string[] {
  const files = listOf(migrations);
  const where = pullRequest === null ? 'here' : `on #${pullRequest}`;
  switch (reason) {
    case 'not-approved':
      return [
        ...(pullRequest === null
          ? ['Who may approve it, and wrote none of it, comments `/confirm` on the alert issue.']
          : [
              `Approve #${pullRequest} by review, or comment \`/confirm\` on it or on the alert issue: it is then decided again by itself.`,
            ]),
        `Or merge a pull request that ${undoing(migrations, takenBack)}.`,
      ];
    case 'not-promoted':
      return [
        'Bring about what is missing: it is then decided again by itself.',
        `Or merge a pull request that ${undoing(migrations, takenBack)}.`,
      ];
    case 'apply-failed':
      if (migrations.length === 0) {
        return [
          `Mend the cause. It is tried again by itself every few minutes, and at once by \`/retry ${environment}\` ${where}.`,
        ];
      }
      return [
        `If the cause was passing (a lock, a full disk): mend it, then comment \`/retry\` ${where}.`,
        takenBack.length === 0
          ? `If the SQL is wrong: merge a pull request that changes or removes ${files}.`
          : `If it cannot be: merge a pull request that ${undoing(migrations, takenBack)}.`,
      ];
    case 'target-moved':
      return [`Have what changes it pause: it is tried again by itself every few minutes.`];
    case 'in-doubt':
      return [`Look at the database, then comment \`/retry\` ${where}: Tidegate asks the database again.`];
    case 'rolled-back':
      return [
        `Merge the revert pull request, or another that takes ${files} out of the branch, so that the branch says again what the database is.`,
        `Or run the same migrations again: \`/release ${environment}\` ${where} shows them and asks for \`/confirm\`.`,
      ];
    case 'another-database':
      return [
        `If the address is wrong: mend the server's configuration, then comment \`/retry ${environment}\` ${where}.`,
        `If the database was moved or restored on purpose: comment \`/retry ${environment}\` ${where}, and the new one is taken for it.`,
      ];
    case 'removed':
      return [
        `Bring ${files} back into the branch (a force push or a wrong folder is undone the same way).`,
        'To take a migration back for good, open a pull request that removes its file: it is planned and gated.',
      ];
    case 'history-lost':
      return [
        `Have what is missing run again: \`/retry ${environment}\` ${where}; the gate decides it as any other change.`,
        `Or merge a pull request that takes ${files} out of the branch.`,
      ];
    case 'history-mismatch':
      return [
        `Make branch and history agree about ${files}, then comment \`/retry ${environment}\` ${where}.`,
      ];
    case 'rules':
      return [
        'Who may approve it by the rules before, and wrote none of it, comments `/confirm` on the alert issue.',
        'Or put the files back as they were agreed to, by a push or a merge: the hold then ends by itself.',
      ];
    case 'drift':
      return [
        `If the change is right: \`/drift adopt ${environment}\` ${where} opens a pull request that makes Git say it.`,
        `If it is wrong: \`/drift revert ${environment}\` ${where} takes it back, or undo it in the database.`,
        `To apply migrations all the same, as long as it stays so: \`/release ${environment}\` ${where}.`,
      ];
    case 'asked':
      return [`Comment \`/release ${environment}\` ${where}.`];
  }
}

/** What has the branch be again as it was: what came goes, and what went comes back. */
function undoing(migrations: readonly string[], takenBack: readonly string[]): string {
  const added = migrations.filter((name) => !takenBack.includes(name));
  const out = `takes ${listOf(added)} out of the branch again`;
  if (takenBack.length === 0) return out;
  const back = `brings ${listOf(takenBack)} back into the branch`;
  return added.length === 0 ? back : `${out} and ${back}`;
}

function listOf(migrations: readonly string[]): string {
  return migrations.map((name) => `\`${name}\``).join(', ') || 'the migrations';
}
