import type { ReleasePreview, RevertPreview, RollbackPreview } from './reply-view.ts';
import { counted, either, quoted, subjectWords } from './words.ts';

/** Who has to confirm a release that runs again what was rolled back. */
export function confirmationWords({ confirmations, from, requester }: ReleasePreview): string {
  const who = either(from.map(subjectWords));
  if (confirmations === 0) return `Where that is meant, ${who} says so: comment \`/confirm\`.`;
  const others = counted(confirmations, 'other person has', 'other people have');
  return `Where that is meant, ${others} to comment \`/confirm\`: ${who}, but not ${quoted(requester)}, who asked.`;
}

/** Who has to confirm a revert of drift. */
export function revertWords({ confirmations, from, requester }: RevertPreview): string {
  if (confirmations === 0) return 'Nobody has to confirm it here: it runs now.';
  const who = either(from.map(subjectWords));
  const others = counted(confirmations, 'other person has', 'other people have');
  return `Nothing has run yet. ${others} to comment \`/confirm\`: ${who}, but not ${quoted(requester)}, who asked.`;
}

/** Who has to do what now, after the preview of a rollback. */
export function nextWords({
  dryRun,
  confirmations,
  from,
  requester,
  losses,
  command,
}: RollbackPreview): string {
  if (dryRun) {
    const line = losses.length > 0 ? `${command} --accept-data-loss` : command;
    return `This was only a look: nothing will be run. Comment ${quoted(line)} to ask for it.`;
  }
  if (confirmations === 0) return 'Nobody has to confirm it here: it runs now.';
  const who = either(from.map(subjectWords));
  const others = counted(confirmations, 'other person has', 'other people have');
  return (
    `Nothing has run yet. ${others} to comment \`/confirm\`: ${who}, but not ${quoted(requester)}, who asked. ` +
    'The preview does not run out; if what would run changes, a fresh one is asked for.'
  );
}
