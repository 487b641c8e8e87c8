import ignore from 'ignore';

/** Whether a name fits one of the patterns, in which `*` stands for any letters, whatever their case. */
export function namedLike(patterns: readonly string[]): (name: string) => boolean {
  const known = patterns.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'is');
  });
  return (name) => known.some((pattern) => pattern.test(name));
}

/** Whether a path of the repository fits one of the patterns, each as .gitignore has them. */
export function pathsLike(patterns: readonly string[]): (path: string) => boolean {
  const known = patterns.map((pattern) => ignore({ ignorecase: false }).add(pattern));
  return (path) => known.some((pattern) => pattern.ignores(path));
}
