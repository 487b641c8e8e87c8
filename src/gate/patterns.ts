import ignore from 'ignore';

/** Whether a name fits one of the patterns, in which `*` stands for any letters, whatever their case. */
export function namedLike(patterns: readonly string[]): (name: string) => boolean {
  const known = patterns.map((pattern) => pattern.toLowerCase().split('*'));
  return (name) => known.some((parts) => isMadeOf(name.toLowerCase(), parts));
}

/**
 * Whether the parts follow one another in the text, from its first letter to its last. A regular expression would try
 * all ways to divide the text, which a pattern of many `*` makes more than anybody can wait for.
 */
function isMadeOf(text: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Whether a path of the repository fits one of the patterns, each as .gitignore has them. */
export function pathsLike(patterns: readonly string[]): (path: string) => boolean {
  const known = patterns.map((pattern) => ignore({ ignorecase: false }).add(pattern));
  return (path) => known.some((pattern) => pattern.ignores(path));
}
