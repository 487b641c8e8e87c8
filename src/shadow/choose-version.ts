/** The oldest major version that a shadow server can be: 14 has not all that the rules for hostile SQL need. */
export const oldestShadow = 15;

export interface VersionChoice {
  /** One of those at hand. */
  readonly major: number;
  /** What has to be said before anything else of the plan; null where the versions are the same, or there is no target. */
  readonly caution: string | null;
}

export interface VersionQuestion {
  /** Major version of the target; null where there is none, or it was not asked. */
  readonly target: number | null;
  /** Major versions of the shadow servers at hand. */
  readonly available: readonly number[];
  /** The one of them that is taken where nothing speaks for another. */
  readonly preferred: number;
  /** Those that `tidegate shadow install` can fetch. */
  readonly installable: readonly number[];
}

/** Which shadow server a plan is tried on: the target's own version, else the next newer one, else the newest. Pure. */
export function chooseVersion(question: VersionQuestion): VersionChoice {
  const { target, available, preferred } = question;
  if (target === null) return { major: preferred, caution: null };
  if (available.includes(target)) return { major: target, caution: null };
  const inOrder = available.toSorted((a, b) => a - b);
  const major = inOrder.find((found) => found > target) ?? inOrder.at(-1) ?? preferred;
  return { major, caution: cautionOf(target, major, question) };
}

/** The words for a shadow of another version than its target, with what mends that. */
export function cautionOf(
  target: number,
  shadow: number,
  { installable }: Pick<VersionQuestion, 'installable'>,
): string {
  const difference = `The target is PostgreSQL ${target}, the shadow ${shadow}: what differs between them is not seen here.`;
  return `${difference} ${mendOf(target, installable)}`;
}

function mendOf(target: number, installable: readonly number[]): string {
  const own = `a server of version ${target} under \`shadow.servers\` in tidegate.yml (docs/shadow.md)`;
  if (target < oldestShadow) {
    return `A shadow cannot be older than ${oldestShadow}, so that stays so until the target is upgraded.`;
  }
  if (!installable.includes(target)) return `To mend that, whoever runs Tidegate names ${own}.`;
  return `To mend that, whoever runs Tidegate runs \`tidegate shadow install ${target}\` there, or names ${own}.`;
}
