import ignore from 'ignore';

/** Whether a name fits a pattern in which `*` stands for any letters, whatever their case. */
export function isNamed(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is').test(name);
}

/** Whether a path of the repository fits a pattern as .gitignore has them. */
export function isPathOf(path: string, pattern: string): boolean {
  return ignore({ ignorecase: false }).add(pattern).ignores(path);
}
