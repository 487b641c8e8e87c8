import type { OwnedPath } from '../domain/gate.ts';
import { isSoonTried } from '../domain/path-pattern.ts';
import type { Subject } from '../domain/policy.ts';
import { pathsLike } from './patterns.ts';

/** Where GitHub looks for it, in this order (GitHub Docs, "About code owners"). */
export const codeOwnersPaths = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;

/**
 * Whom a CODEOWNERS file names for each path: of the lines that fit it the last one decides, and a line without
 * owners leaves it without. A space in a pattern is written as `\ `. Addresses are left out, since nobody is known by
 * them; so is a line that GitHub would not take (`!`, `[`). One with more `*` than can be tried leaves every path without.
 */
export function ownersOf(file: string, paths: readonly string[]): readonly OwnedPath[] {
  const lines = file.split(/\r?\n/).flatMap((text) => lineOf(text) ?? []);
  return paths.map((path) => {
    const line = lines.findLast(({ fits }) => fits(path));
    return { path, owners: line?.owners ?? [] };
  });
}

interface Line {
  readonly fits: (path: string) => boolean;
  readonly owners: readonly Subject[];
}

function lineOf(text: string): Line | null {
  const [pattern = '', ...names] = text.replace(/(^|\s)#.*$/, '').match(/(?:\\.|\S)+/g) ?? [];
  if (pattern === '' || /^!|\[/.test(pattern)) return null;
  if (!isSoonTried(pattern)) return { fits: () => true, owners: [] };
  return { fits: fitsOf(pattern), owners: names.flatMap((name) => ownerOf(name) ?? []) };
}

/**
 * As .gitignore has it, but that `folder/*` is what lies in the folder itself (GitHub Docs, "About code owners"); below
 * `**`, where that can be any folder, it is all of it.
 */
function fitsOf(pattern: string): (path: string) => boolean {
  const isLike = pathsLike([pattern]);
  if (!pattern.endsWith('/*') || pattern.endsWith('**/*')) return isLike;
  const isBelow = pathsLike([`${pattern}/**`]);
  return (path) => isLike(path) && !isBelow(path);
}

function ownerOf(name: string): Subject | null {
  const team = /^@([\w-]+)\/([\w.-]+)$/.exec(name);
  if (team?.[1] !== undefined && team[2] !== undefined) {
    return { kind: 'team', organisation: team[1], slug: team[2].toLowerCase() };
  }
  const login = /^@([\w-]+)$/.exec(name)?.[1];
  return login === undefined ? null : { kind: 'user', login };
}
