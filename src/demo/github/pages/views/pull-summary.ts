import type { PullRequest } from '../../model.ts';
import { accountById, repositoryById, type World } from '../../world.ts';
import { repositoryView } from '../context.ts';
import { person, when } from '../text.ts';
import { checksOn, summariseChecks } from './checks.ts';

export type PullState = 'open' | 'draft' | 'merged' | 'closed';

export function stateOf(pull: PullRequest): PullState {
  if (pull.merge !== null) return 'merged';
  if (pull.issue.state === 'closed') return 'closed';
  return pull.draft ? 'draft' : 'open';
}

/** The head as people call it: `owner:branch` where it comes from a fork. */
export function headName(world: World, pull: PullRequest): string {
  if (pull.head.repositoryId === pull.base.repositoryId) return pull.head.ref;
  const owner = accountById(world, repositoryById(world, pull.head.repositoryId).ownerId);
  return `${owner.login}:${pull.head.ref}`;
}

/** A pull request in a list. */
export function pullRow(world: World, pull: PullRequest) {
  const repository = repositoryById(world, pull.base.repositoryId);
  const checks = summariseChecks(checksOn(world, repository, pull.head.sha, []));
  const state = stateOf(pull);
  const at = pull.merge?.at ?? pull.issue.closedAt ?? pull.issue.createdAt;
  return {
    number: pull.issue.number,
    title: pull.issue.title,
    href: `${repositoryView(world, repository).path}/pull/${pull.issue.number}`,
    state,
    author: person(accountById(world, pull.issue.authorId)),
    head: headName(world, pull),
    base: pull.base.ref,
    at: when(at),
    did: state === 'open' || state === 'draft' ? 'opened' : state,
    checks,
  };
}
