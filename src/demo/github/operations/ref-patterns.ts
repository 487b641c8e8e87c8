/** Which refs a ruleset is about: one of `include` and none of `exclude`. */
export interface RefCondition {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Whether a condition names a ref. Patterns are GitHub's: `~ALL`, `~DEFAULT_BRANCH`, or fnmatch over the full name. */
export function matchesRef(condition: RefCondition, ref: string, defaultBranch: string): boolean {
  const matches = (pattern: string): boolean => matchesPattern(pattern, ref, defaultBranch);
  return condition.include.some(matches) && !condition.exclude.some(matches);
}

function matchesPattern(pattern: string, ref: string, defaultBranch: string): boolean {
  if (pattern === '~ALL') return true;
  if (pattern === '~DEFAULT_BRANCH') return ref === `refs/heads/${defaultBranch}`;
  return expressionOf(pattern).test(ref);
}

/** `*` and `?` stay within one part of the name, as in GitHub's File::FNM_PATHNAME; `**` followed by a slash does not. */
function expressionOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\/|\*|\?)/).map((part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
