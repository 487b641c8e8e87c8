import type { Push } from '../ports/record-rows.ts';
import { pushTold, synchronizeTold } from './payloads.ts';

/**
 * Who pushed what to which branch, as a webhook tells it; null for one that tells of no push, or of nobody. Of a push
 * to a fork only the pull request's own webhook tells.
 */
export function pushOf(name: string, payload: unknown): Push | null {
  return name === 'push' ? ownPush(payload) : name === 'pull_request' ? headPush(payload) : null;
}

function ownPush(payload: unknown): Push | null {
  const { data } = pushTold.safeParse(payload);
  const branch = /^refs\/heads\/(.+)$/s.exec(data?.ref ?? '')?.[1];
  if (data === undefined || branch === undefined || /^0+$/.test(data.after)) return null;
  return {
    repositoryId: data.repository.id,
    branch,
    before: known(data.before),
    head: data.after,
    login: data.sender.login,
  };
}

function headPush(payload: unknown): Push | null {
  const { data } = synchronizeTold.safeParse(payload);
  const repositoryId = data?.pull_request.head.repo?.id;
  if (data === undefined || repositoryId === undefined) return null;
  const { before, after: head, sender } = data;
  return {
    repositoryId,
    branch: data.pull_request.head.ref,
    before: known(before),
    head,
    login: sender.login,
  };
}

/** Zeros stand for what was not there. */
function known(before: string | undefined): string | null {
  return before === undefined || /^0+$/.test(before) ? null : before;
}
