import { createHash } from 'node:crypto';
import type { PullRequest } from '../model.ts';
import { comparedWith } from '../operations/pull-request-content.ts';
import { pullRequestByNumber, repositoryById, type World } from '../world.ts';
import { visibleRepository, type PageContext } from './context.ts';
import { contentAt, placeOf } from './views/tree.ts';

/** What is served as it is, for download or as a picture; null where the path is none of that. */
export async function plainFile(
  context: PageContext,
  owner: string,
  name: string,
  rest: string,
): Promise<Buffer | string | null> {
  const diff = /^pull\/(\d{1,15})\.(diff|patch)$/.exec(rest);
  if (diff !== null) {
    const repository = visibleRepository(context, owner, name);
    const pull = pullRequestByNumber(context.world, repository, Number(diff[1]));
    return differenceOf(context.world, pull, diff[2] === 'patch');
  }
  if (!rest.startsWith('raw/')) return null;
  const git = context.world.git(visibleRepository(context, owner, name));
  return contentAt(git, await placeOf(git, rest.slice('raw/'.length)));
}

async function differenceOf(world: World, pull: PullRequest, asPatches: boolean): Promise<string> {
  const git = world.git(repositoryById(world, pull.base.repositoryId));
  const base = await comparedWith(world, pull);
  const range = [base, pull.head.sha];
  return asPatches
    ? git.text(['format-patch', '--stdout', range.join('..')])
    : git.text(['diff', range.join('...')]);
}

/** A round picture with the first letters of a login, of a colour that belongs to it. */
export function avatar(login: string): string {
  const letters =
    login
      .replace(/[^\p{L}\p{N}]/gu, '')
      .slice(0, 2)
      .toUpperCase() || '?';
  const hue = (createHash('sha256').update(login).digest()[0] ?? 0) * 1.4;
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">',
    `<circle cx="20" cy="20" r="20" fill="hsl(${hue.toFixed(0)} 45% 45%)"/>`,
    '<text x="20" y="26" font-family="system-ui, sans-serif" font-size="16" font-weight="600"',
    ` text-anchor="middle" fill="#fff">${letters}</text></svg>`,
  ].join('');
}
