/** Of single stars between two slashes, and of `**` between them. */
const mostStars = 3;

/** Whether a pattern of paths can be tried soon: what it is tried with is a regular expression, and others write paths. */
export function isSoonTried(pattern: string): boolean {
  const segments = pattern.split('/');
  const deep = segments.filter((segment) => segment === '**');
  const stars = segments.map((segment) => (segment === '**' ? 0 : segment.split('*').length - 1));
  return deep.length <= mostStars && stars.every((count) => count <= mostStars);
}
