/**
 * What the App finds its own comment by. Anyone can write it into a comment of theirs: it counts only in one
 * by the App.
 */
export function stickyMarker(repositoryId: number, pullRequest: number): string {
  return `<!-- tidegate:plan repository=${repositoryId} pull-request=${pullRequest} -->`;
}
