import { createHash } from 'node:crypto';
import type { Tools } from '../tools.ts';

/** A place on a pull request where one thing stands at a time: a check of an environment, or the one comment. */
export interface Place {
  readonly repositoryId: number;
  readonly pullRequest: number;
  readonly name: string;
}

/**
 * Tells GitHub something, unless the very same stands there and `mayStand`. What was told is noted after GitHub took
 * it, so that it is told again where that is not known.
 */
export async function sayOnce(
  { records }: Pick<Tools, 'records'>,
  { repositoryId, pullRequest, name }: Place,
  what: unknown,
  mayStand: boolean,
  tell: () => Promise<void>,
): Promise<void> {
  const digest = createHash('sha256').update(JSON.stringify(what)).digest('hex');
  if (mayStand && (await records.isSaid(repositoryId, pullRequest, name, digest))) return;
  await tell();
  await records.noteSaid(repositoryId, pullRequest, name, digest);
}
