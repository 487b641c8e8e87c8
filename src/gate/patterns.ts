import ignore from 'ignore';
import { isLike } from '../domain/wildcards.ts';

/** Whether a name fits one of the patterns, in which `*` stands for any letters, whatever their case. */
export function namedLike(patterns: readonly string[]): (name: string) => boolean {
  const known = patterns.map((pattern) => pattern.toLowerCase());
  return (name) => known.some((pattern) => isLike(pattern, name.toLowerCase()));
}

/** Whether a path of the repository fits one of the patterns, each as .gitignore has them. */
export function pathsLike(patterns: readonly string[]): (path: string) => boolean {
  const known = patterns.map((pattern) => ignore({ ignorecase: false }).add(pattern));
  return (path) => known.some((pattern) => pattern.ignores(path));
}
