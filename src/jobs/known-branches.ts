import type { Clock } from '../ports/clock.ts';

/** Which branches of a repository matter, as its configuration was read last. */
export interface KnownBranches {
  /** Every branch that stands for an environment, and the default branch; null where the configuration is broken. */
  note(repositoryId: number, branches: readonly string[] | null): void;
  /** Whether a branch is known to be none of them; false where that is not known. */
  isOther(repositoryId: number, branch: string): boolean;
}

/** The sweep, which reads every configuration and looks at every environment, comes round twice as often. */
const believedMs = 10 * 60_000;

/** Lets a push to a branch of somebody's work cost no question. */
export function createKnownBranches(clock: Clock): KnownBranches {
  const known = new Map<number, { readonly branches: readonly string[]; readonly readAt: number }>();
  return {
    note(repositoryId, branches) {
      if (branches === null) known.delete(repositoryId);
      else known.set(repositoryId, { branches, readAt: clock().getTime() });
    },
    isOther(repositoryId, branch) {
      const found = known.get(repositoryId);
      if (found === undefined || clock().getTime() - found.readAt > believedMs) return false;
      return !found.branches.includes(branch);
    },
  };
}
