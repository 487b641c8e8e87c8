import { nearest } from '../domain/nearest.ts';
import type { ConfigProblem } from './config-error.ts';
import type { WrittenRepositoryConfig } from './repository-shape.ts';
import { problem } from './shape-problems.ts';
import type { YamlFile } from './yaml-file.ts';

type Environments = NonNullable<WrittenRepositoryConfig['environments']>;

/**
 * Environments may share a branch where `after` puts all of them into one order: one of them begins, and each other
 * names the one right before it.
 */
export function sharedBranches(file: YamlFile, environments: Environments): readonly ConfigProblem[] {
  return [...wronglyAfter(file, environments), ...unordered(file, environments)];
}

function unordered(file: YamlFile, environments: Environments): readonly ConfigProblem[] {
  const first = new Map<string, string>();
  return Object.entries(environments).flatMap(([name, { branch = name, after }]) => {
    const owner = first.get(branch);
    if (after !== undefined) return [];
    if (owner === undefined) {
      first.set(branch, name);
      return [];
    }
    const message =
      `the branch ${branch} is the one of ${owner} already. Of environments that share a branch one begins, and each ` +
      `other says which it comes after: \`after: ${owner}\`, or after the last of them. Else give it a branch of its own.`;
    return [problem(file, ['environments', name, 'branch'], message)];
  });
}

function wronglyAfter(file: YamlFile, environments: Environments): readonly ConfigProblem[] {
  const followed = new Map<string, string>();
  return Object.entries(environments).flatMap(([name, { branch = name, after, go_on: goOn }]) => {
    const at = (key: string): readonly string[] => ['environments', name, key];
    if (after === undefined) {
      if (goOn === undefined) return [];
      const message =
        'it says what happens where the environment before it is on hold, and there is none. Name that under after, or take it out.';
      return [problem(file, at('go_on'), message)];
    }
    const before = environments[after];
    if (before === undefined) return [problem(file, at('after'), notThere(after, Object.keys(environments)))];
    const otherBranch = before.branch ?? after;
    if (otherBranch !== branch) {
      const message =
        `expected an environment of the same branch, ${branch}, found ${after}, which is the branch ${otherBranch}. ` +
        'What has to have run on another branch before is said by promotes_from.';
      return [problem(file, at('after'), message)];
    }
    const circle = circleFrom(name, environments);
    if (circle !== null) {
      const message = `expected an order with a beginning, found a circle: ${circle.join(' after ')}. Take after out of the one that begins.`;
      return [problem(file, at('after'), message)];
    }
    const other = followed.get(after);
    if (other !== undefined) {
      const message = `${other} comes after ${after} already. Expected one after the other: \`after: ${other}\`, or the last of them.`;
      return [problem(file, at('after'), message)];
    }
    followed.set(after, name);
    return [];
  });
}

function notThere(after: string, names: readonly string[]): string {
  const meant = nearest(after, names, 3);
  const hint = meant === null ? `Environments here: ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return `expected an environment of this file, found ${after}. ${hint}`;
}

/** The way from an environment back to itself; null where it leads to a beginning, or into another's circle. */
function circleFrom(name: string, environments: Environments): readonly string[] | null {
  const way = [name];
  for (let next = environments[name]?.after; next !== undefined; next = environments[next]?.after) {
    if (next === name) return [...way, next];
    if (way.includes(next)) return null;
    way.push(next);
  }
  return null;
}
