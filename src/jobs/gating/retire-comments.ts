import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { StickyPlace } from '../../ports/record-rows.ts';
import type { Tools } from '../tools.ts';

/** Whose comment an environment's is: the first of a branch has the plain one, whichever branch that is. */
export function placeOfComment({ name, after }: EnvironmentPolicy): StickyPlace {
  return after === undefined ? null : name;
}

/**
 * Has comments say that they are out of date, of environments that take a pull request no more: it goes into another
 * branch now, or they have another place on it.
 */
export async function retireComments(
  host: CodeHost,
  { number }: PullRequest,
  policies: readonly EnvironmentPolicy[],
  { records, reports }: Pick<Tools, 'records' | 'reports'>,
): Promise<void> {
  const repositoryId = host.repository.id;
  const places = policies.map(placeOfComment);
  for (const [place, comment] of await records.stickyComments(repositoryId, number)) {
    if (place === null || places.includes(place)) continue;
    await host.updateComment(comment, reports.reply({ kind: 'no-longer-planned', environment: place }));
    await records.forgetStickyComment(repositoryId, number, place);
    // What is written there when it comes back is not what was said last.
    await records.noteSaid(repositoryId, number, commentPlace(place), '');
  }
}

/** The name under which it is kept what a comment says. */
export function commentPlace(place: StickyPlace): string {
  return place === null ? 'comment' : `comment (${place})`;
}
