import { ConfigError } from '../../config/config-error.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { Problem } from '../../domain/problem.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import type { JobMemory } from '../job-memory.ts';
import { configProblems, configurationPath, rulingFiles, setupOf } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { digestOfRules, sumOf } from './rules-digest.ts';

/** What a pull request would make of the configuration. */
export interface ProposedConfiguration {
  /** As `Plan.configuration`; undefined where it is untouched, or not for the default branch, which alone decides. */
  readonly digest: string | undefined;
  /** Of the files that decide how plans are made, those that it changes. */
  readonly changed: readonly string[];
  /** What it would break; empty where it parses or is untouched. */
  readonly problems: readonly Problem[];
}

/**
 * Compares the configuration of a pull request's head with where its branch began, and the files that rule beside it, now
 * or then: what a shadow starts from decides what a plan can show, and who owns the code who is asked.
 */
export async function proposedConfiguration(
  host: CodeHost,
  { head, headBranch, base, baseCommit }: Pick<PullRequest, 'head' | 'headBranch' | 'base' | 'baseCommit'>,
  environments: readonly EnvironmentPolicy[],
  { memory, databasesOf }: Pick<Tools, 'memory' | 'databasesOf'>,
): Promise<ProposedConfiguration> {
  const ancestor = await host.mergeBase(baseCommit, head);
  const sides = { ancestor, base: baseCommit, head };
  const compared = (path: string): Promise<ComparedFile> => compareFile(host, sides, path);
  const configuration = await compared(configurationPath);
  const proposed = setupOf(configuration.after, await databasesOf(host.repository), { memory });
  const becoming = proposed.kind === 'ready' ? proposed.environments : [];
  // In one list, as they are compared once they have landed: what is approved is told by the order too.
  const beside = rulingFiles([...environments, ...becoming]).filter((path) => path !== configurationPath);
  const files = [configuration, ...(await Promise.all(beside.map(compared)))];
  const changed = files.filter(({ isSame }) => !isSame);
  const { after, isSame } = configuration;
  const isRuling = changed.length > 0 && base === host.repository.defaultBranch;
  const mixed = isRuling ? changed.filter(({ isMixed }) => isMixed).map(({ path }) => path) : [];
  return {
    digest: isRuling ? digestOfRules(changed.map((file) => [file.path, sumOf(file.after)])) : undefined,
    changed: changed.map(({ path }) => path),
    problems: [
      ...(isSame || after === null ? [] : brokenBy(after, memory)),
      ...mixed.map((path) => mixedRules(path, base, headBranch)),
    ],
  };
}

interface ComparedFile {
  readonly path: string;
  readonly after: Uint8Array | null;
  readonly isSame: boolean;
  /** Whether its base has made another of it meanwhile: what a merge makes of the two is in neither. */
  readonly isMixed: boolean;
}

interface Sides {
  /** Where its branch began; null where it shares no history with its base. */
  readonly ancestor: string | null;
  readonly base: string;
  readonly head: string;
}

async function compareFile(
  host: CodeHost,
  { ancestor, base, head }: Sides,
  path: string,
): Promise<ComparedFile> {
  const read = (commit: string | null) => (commit === null ? null : host.readFile(commit, path));
  const [before, there, after] = await Promise.all([read(ancestor), read(base), read(head)]);
  const [was, stands, becomes] = [before, there, after].map(sumOf);
  return { path, after, isSame: was === becomes, isMixed: stands !== was && stands !== becomes };
}

function brokenBy(proposed: Uint8Array, memory: JobMemory): readonly Problem[] {
  try {
    memory.configuration(proposed);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return configProblems(error, 'configuration-proposed');
    throw error;
  }
}

/** Approvals are of the file as it would become, and of this one nobody can say yet how that is. */
function mixedRules(path: string, base: string, headBranch: string): Problem {
  return {
    code: 'configuration-proposed',
    path,
    message:
      `${headBranch} was expected to change ${path} as it stands on ${base}, but that has changed since: nobody could ` +
      `agree to what a merge makes of the two. Merge ${base} into ${headBranch} and push.`,
  };
}
