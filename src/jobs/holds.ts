import type { HeldPlan, Hold, HoldReason } from '../domain/hold.ts';
import type { EnvironmentKey } from '../domain/repository.ts';
import { announce } from './announcements.ts';
import type { Tools } from './tools.ts';

export interface HoldRequest {
  readonly reason: HoldReason;
  readonly message: string;
  readonly migrations: readonly string[];
  readonly commit: string | null;
  readonly pullRequest: number | null;
  /** As `Hold.plan`. */
  readonly plan?: HeldPlan;
  /** Who asked for it; absent where Tidegate found the reason itself. */
  readonly actor?: string;
}

/** Puts an environment on hold, opens its alert issue, and has its pull requests decided anew. */
export async function holdEnvironment(
  key: EnvironmentKey,
  request: HoldRequest,
  tools: Tools,
): Promise<Hold> {
  const standing = await tools.records.hold(key);
  const { actor = 'tidegate', ...about } = request;
  const beneath = standing?.reason === 'asked' && request.reason !== 'asked' ? standing : standing?.beneath;
  const hold: Hold = {
    ...about,
    waysOut: waysOut(request, key.environment),
    since: standing?.since ?? tools.clock(),
    issue: standing?.issue ?? null,
    ...(beneath === undefined ? {} : { beneath }),
  };
  await tools.records.setHold(key, hold);
  if (standing?.reason === hold.reason && standing.commit === hold.commit) return hold;
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
 * for and that lay beneath it stands again.
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
  const issue = ended?.issue ?? null;
  if (issue === null) return;
  const body = tools.reports.reply({ kind: 'hold-ended', environment: key.environment, why: by.why });
  await announce(key.repositoryId, { kind: 'close-alert', issue, body }, tools);
}

/** What ends a hold, one way a line, in the order in which a team would think of them. */
function waysOut({ reason, migrations, pullRequest }: HoldRequest, environment: string): readonly string[] {
  const files = migrations.map((name) => `\`${name}\``).join(', ') || 'the migrations';
  const where = pullRequest === null ? 'here' : `on #${pullRequest}`;
  switch (reason) {
    case 'not-approved':
      return [
        ...(pullRequest === null
          ? ['Who may approve it, and wrote none of it, comments `/confirm` on the alert issue.']
          : [
              `Approve #${pullRequest} by review, or comment \`/confirm\` on it or on the alert issue: it is then decided again by itself.`,
            ]),
        `Or merge a pull request that takes ${files} out of the branch again.`,
      ];
    case 'apply-failed':
      if (migrations.length === 0) {
        return [
          `Mend the cause. It is tried again by itself every few minutes, and at once by \`/retry ${environment}\` ${where}.`,
        ];
      }
      return [
        `If the cause was passing (a lock, a full disk): mend it, then comment \`/retry\` ${where}.`,
        `If the SQL is wrong: merge a pull request that changes or removes ${files}.`,
      ];
    case 'in-doubt':
      return [`Look at the database, then comment \`/retry\` ${where}: Tidegate asks the database again.`];
    case 'rolled-back':
      return [
        'Merge the revert pull request, so that the branch says again what the database is.',
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
    case 'history-mismatch':
      return [
        `Make branch and history agree about ${files}, then comment \`/retry ${environment}\` ${where}.`,
      ];
    case 'configuration':
      return ['Mend `.github/tidegate.yml` on the default branch.'];
    case 'asked':
      return [`Comment \`/release ${environment}\` ${where}.`];
  }
}
