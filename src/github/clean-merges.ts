import { orNull, type Connection } from './connection.ts';

/** GitHub lists at most so many files of a comparison, and of a commit on one page. */
const mostFiles = 300;

interface File {
  readonly filename: string;
  readonly status: string;
  readonly sha: string | null;
  readonly previous_filename?: string;
}

/**
 * Whether a merge commit only brings in what its second parent has: then whoever made it wrote nothing. Every file
 * that it changes must come out as that parent's side has it. A merge of both sides' edits in one file does not
 * pass, nor does one of 300 files or more: GitHub's editor for conflicts makes the same kind of commit, with any
 * content, and so can anybody who gives GitHub's address as the committer's.
 */
export async function isCleanMerge(
  { octokit, owner, repo }: Connection,
  commit: { readonly sha: string; readonly parents: readonly { readonly sha: string }[] },
): Promise<boolean> {
  const [first, second, ...more] = commit.parents;
  if (first === undefined || second === undefined || more.length > 0) return false;
  const basehead = `${first.sha}...${second.sha}`;
  const [merged, brought] = await Promise.all([
    orNull(octokit.rest.repos.getCommit({ owner, repo, ref: commit.sha, per_page: mostFiles })),
    orNull(octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 })),
  ]);
  const changes = merged?.data.files;
  const theirs = brought?.data.files;
  if (changes === undefined || theirs === undefined) return false;
  if (changes.length >= mostFiles || theirs.length >= mostFiles) return false;
  // All of it, and nothing else: to leave out what the base has is to take it back.
  const known = new Set(theirs.flatMap(outcomes));
  const made = new Set(changes.flatMap(outcomes));
  return made.size === known.size && [...made].every((outcome) => known.has(outcome));
}

/** What a change leaves: a rename takes one file away and leaves another. */
function outcomes({ filename, status, sha, previous_filename: previous }: File): readonly string[] {
  if (status === 'removed') return [`removed ${filename}`];
  const left = `${sha ?? 'unknown'} ${filename}`;
  return status === 'renamed' && previous !== undefined ? [left, `removed ${previous}`] : [left];
}
