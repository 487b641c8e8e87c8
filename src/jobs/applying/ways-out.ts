import type { Hold } from '../../domain/hold.ts';

/** What ends a hold, one way a line, in the order in which a team would think of them. */
export function waysOut(
  { reason, migrations, pullRequest }: Pick<Hold, 'reason' | 'migrations' | 'pullRequest'>,
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
