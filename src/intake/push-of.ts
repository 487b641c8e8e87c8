import type { Push } from '../ports/records.ts';
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
  return { repositoryId: data.repository.id, branch, head: data.after, login: data.sender.login };
}

function headPush(payload: unknown): Push | null {
  const { data } = synchronizeTold.safeParse(payload);
  const repositoryId = data?.pull_request.head.repo?.id;
  if (data === undefined || repositoryId === undefined) return null;
  return { repositoryId, branch: data.pull_request.head.ref, head: data.after, login: data.sender.login };
}
