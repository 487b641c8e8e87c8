import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { AgreedRules } from '../../ports/record-rows.ts';
import { readAgreed, readRulesAt, rulingFiles, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { digestOfRules, sumOf, type RulingFile } from './rules-digest.ts';

/** What rules at a commit of the default branch, beside what was agreed to. */
export interface RulesState {
  readonly setup: Setup;
  /** Of all files that rule by these rules or by those that were agreed to, those that differ; empty where none does. */
  readonly changed: readonly string[];
  /** As `Plan.configuration`: what is agreed to is this. */
  readonly digest: string;
}

/** Reads what rules at a commit, and compares it with what was agreed to. */
export async function rulesStateAt(
  host: CodeHost,
  commit: string,
  agreed: AgreedRules,
  tools: Pick<Tools, 'databasesOf' | 'memory'>,
): Promise<RulesState> {
  const [then, setup] = await Promise.all([
    readAgreed(host, agreed, tools),
    readRulesAt(host, commit, tools),
  ]);
  const paths = rulingFiles([...environmentsOf(then), ...environmentsOf(setup)]);
  const [stood, stands] = await Promise.all([
    filesAt(host, agreed.commit, paths),
    filesAt(host, commit, paths),
  ]);
  // What ruled then is known by what it held, whatever has become of that commit.
  const before = { ...Object.fromEntries(stood), ...agreed.files };
  const changed = stands.filter(([path, sum]) => sum !== before[path]);
  return { setup, changed: changed.map(([path]) => path), digest: digestOfRules(changed) };
}

/** What the files hold that rule at a commit by its own rules, as `AgreedRules.files`. */
export async function rulesFilesAt(
  host: CodeHost,
  commit: string,
  setup: Setup,
): Promise<AgreedRules['files']> {
  return Object.fromEntries(await filesAt(host, commit, rulingFiles(environmentsOf(setup))));
}

function filesAt(host: CodeHost, commit: string, paths: readonly string[]): Promise<readonly RulingFile[]> {
  return Promise.all(paths.map(async (path) => [path, sumOf(await host.readFile(commit, path))] as const));
}

function environmentsOf(setup: Setup): readonly EnvironmentPolicy[] {
  return setup.kind === 'ready' ? setup.environments : [];
}
