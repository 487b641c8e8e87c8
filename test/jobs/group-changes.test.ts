import { describe, expect, it } from 'vitest';
import { partsOfQueueBranch } from '../../src/domain/merge-group.ts';
import { numbersOf } from '../../src/jobs/merge-queue/group-changes.ts';

const base = '0'.repeat(40);
const branch = `gh-readonly-queue/main/pr-9-${base}`;

function commit(sha: string, message = 'Change') {
  return { sha, firstParent: null, author: null, message };
}

describe('the pull request behind a commit of a merge group', () => {
  it.each([
    ['is what the queue says, for each of its commits', ['a', 'b', 'c'], { a: 7, b: 7, c: 8 }],
    ['is known without the ones before it', ['b', 'c'], { b: 7, c: 8 }],
  ])('%s', (_what, shas, expected) => {
    const queued = [
      { pullRequest: 7, base, head: 'b', enqueuer: null },
      { pullRequest: 8, base: 'b', head: 'c', enqueuer: null },
      { pullRequest: 10, base: 'c', head: 'd', enqueuer: null },
    ];
    const found = numbersOf(
      shas.map((sha) => commit(sha, 'Change (#1)')),
      queued,
      branch,
    );
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it('is read from GitHub’s own messages and the name of the branch where the queue says nothing', () => {
    const commits = [
      commit('a', 'Merge pull request #7 from acme/one\n\nOne (#1)'),
      commit('b', 'Fix (#3) at last (#8)'),
      commit('c', 'Mentions (#3) alone'),
      commit('d'),
    ];
    expect(Object.fromEntries(numbersOf(commits, [], branch))).toEqual({ a: 7, b: 8, c: 9, d: 9 });
    expect(Object.fromEntries(numbersOf(commits.slice(2), [], 'elsewhere'))).toEqual({});
    expect(numbersOf([commit('x'), ...commits.slice(0, 2)], [], branch).has('x')).toBe(false);
  });
});

describe('the name of a queue’s branch', () => {
  it('says what it would be merged into, for whom, and on what it stands', () => {
    expect(partsOfQueueBranch(branch)).toEqual({ base: 'main', pullRequest: 9, baseCommit: base });
    const deep = `gh-readonly-queue/release/pr-1-a/pr-2-${base}`;
    expect(partsOfQueueBranch(deep)).toMatchObject({ base: 'release/pr-1-a', pullRequest: 2 });
    for (const other of ['main', `pr-9-${base}`, `gh-readonly-queue/main/pr-x-${base}`, `${branch}0`])
      expect(partsOfQueueBranch(other)).toBeNull();
  });
});
