import type { BranchCommit, CodeHost } from '../ports/code-host.ts';
import { getBlob } from './blobs.ts';
import { orNull, type Connection } from './connection.ts';
import { entryAt, isObjectId, keyOf } from './trees.ts';

/** First-parent commits that are walked at most; a branch that moved further counts as rewritten. */
const farthest = 2_000;

type Commits = Pick<CodeHost, 'branchHead' | 'readFile' | 'firstParentCommits' | 'commit' | 'mergeBase'>;

/** Branches, commits and single files. */
export function commits(connection: Connection): Commits {
  const { octokit, owner, repo, objects } = connection;
  const branchHead = async (branch: string): Promise<string | null> => {
    const told = toldJustNow(connection, branch);
    if (told !== null) return told;
    const found = await orNull(octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }), [404, 409]);
    return found?.data.object.sha ?? null;
  };
  return {
    branchHead,
    readFile: async (ref, path) => {
      // A name alone could also be a tag's, which who may push can make.
      const commit = isObjectId(ref) ? ref : await branchHead(ref);
      if (commit === null) return null;
      const entry = await entryAt(connection, commit, path, 'blob');
      if (entry.kind === 'truncated')
        throw new Error(`GitHub lists only a part of the folders around ${path}`);
      if (entry.kind === 'missing' || !entry.mode.startsWith('100')) return null;
      return objects.blob(keyOf(connection, entry.sha), () => getBlob(connection, entry.sha));
    },
    firstParentCommits: async (after, until) => {
      const pages = octokit.paginate.iterator(octokit.rest.repos.listCommits, {
        owner,
        repo,
        sha: until,
        per_page: 100,
      });
      const known = new Map<string, BranchCommit>();
      for await (const { data } of pages) {
        for (const raw of data) known.set(raw.sha, commitOf(raw));
        const walked = firstParents(known, until, after);
        if (walked !== 'incomplete') return walked;
        if (known.size > farthest) return null;
      }
      return null;
    },
    commit: async (sha) => {
      const found = await orNull(octokit.rest.repos.getCommit({ owner, repo, ref: sha }), [404, 422]);
      return found === null ? null : commitOf(found.data);
    },
    mergeBase: async (a, b) => {
      const basehead = `${a}...${b}`;
      return objects.mergeBase(keyOf(connection, basehead), async () => {
        const compared = await orNull(
          octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 }),
        );
        return compared === null ? null : compared.data.merge_base_commit.sha;
      });
    },
  };
}

/** For one question that follows another at once; later ones are asked of GitHub again. */
const justNowMs = 2_000;

function toldJustNow({ tips, now }: Connection, branch: string): string | null {
  const told = tips.get(branch);
  tips.delete(branch);
  return told !== undefined && now().getTime() - told.toldAt < justNowMs ? told.sha : null;
}

/** From `until` back to `after`, oldest first; null where the walk ends elsewhere, `incomplete` where commits are missing. */
function firstParents(
  known: ReadonlyMap<string, BranchCommit>,
  until: string,
  after: string,
): readonly BranchCommit[] | null | 'incomplete' {
  const walked: BranchCommit[] = [];
  let next: string | null = until;
  while (next !== after) {
    if (next === null) return null;
    const found = known.get(next);
    if (found === undefined) return 'incomplete';
    walked.push(found);
    next = found.firstParent;
  }
  return walked.reverse();
}

interface RawCommit {
  readonly sha: string;
  readonly parents: readonly { readonly sha: string }[];
  readonly author: { readonly login?: string } | null;
  readonly commit: { readonly message: string };
}

function commitOf({ sha, parents, author, commit }: RawCommit): BranchCommit {
  return {
    sha,
    firstParent: parents[0]?.sha ?? null,
    author: author?.login ?? null,
    message: commit.message,
  };
}
