/**
 * What the App finds its own comment by: the plain one of a pull request, or the one of an environment that comes after
 * others on its branch. Anyone can write it into a comment of theirs: it counts only in one by the App.
 */
export function stickyMarker(
  repositoryId: number,
  pullRequest: number,
  environment: string | null = null,
): string {
  const own = environment === null ? '' : ` environment=${encodeURIComponent(environment)}`;
  return `<!-- tidegate:plan repository=${repositoryId} pull-request=${pullRequest}${own} -->`;
}
