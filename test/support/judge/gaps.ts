/**
 * Where GitHub's description is not what GitHub does: routes by id, the root's contents, refused check runs, two fields
 * of one webhook, the address of a bot, a permission that one list lacks, and an account that would have
 * to be a person and an enterprise at once.
 */
const gaps = [
  /\/check-runs.* answered 422: a status that GitHub does not give here/,
  /email must match format "email", found "\d+\+[a-z-]+\[bot\]@users/,
  /^GET \/app\/installations .*\/account must have required property/,
  /^GET \/app\/installations .*\/permissions\/merge_queues is a field/,
  /^GET \/repositories\/\d+: no such operation/,
  /^GET \/repos\/[^/]+\/[^/]+\/contents: no such operation/,
  /^webhook pull_request_review\.edited: .*(has_discussions|web_commit_signoff_required)/,
];

/** Whether a violation is the description's fault, not the simulated GitHub's. */
export function isGap(violation: string): boolean {
  return gaps.some((gap) => gap.test(violation));
}
