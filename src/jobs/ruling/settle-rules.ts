import type { CodeHost } from '../../ports/code-host.ts';
import type { AgreedRules } from '../../ports/record-rows.ts';
import { landedBy } from '../applying/branch-changes.ts';
import { readRulesAt, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { endHoldsOfGone } from './holds-of-gone.ts';
import { decideRules, type RulesChange, type RulesVerdict } from './decide-rules.ts';
import { rulesFilesAt, rulesStateAt } from './rules-state.ts';

/** How the rules on the default branch stand. */
export interface SettledRules {
  /** The change that nobody agreed to who was to; null where the rules that stand there are in force. */
  readonly dispute: RulesVerdict | null;
  /** Whether others came into force just now. */
  readonly hasMoved: boolean;
}

const calm: SettledRules = { dispute: null, hasMoved: false };

/**
 * Looks at what has become of the rules on the default branch since they were last agreed to: a change that the rules
 * before it allow is agreed to and comes into force, any other is disputed, and what was put back is settled. The rules
 * of a repository that was never seen before are agreed to as they are. A file that cannot be read changes nothing
 * that was agreed to.
 */
export async function settleRules(host: CodeHost, tools: Tools): Promise<SettledRules> {
  const { id, defaultBranch } = host.repository;
  const head = await host.branchHead(defaultBranch);
  if (head === null) return calm;
  const agreed = await tools.records.agreedRules(id);
  if (agreed === null) return agreeToFirst(host, head, tools);
  if (agreed.commit === head) return calm;
  const { changed } = await rulesStateAt(host, head, agreed, tools);
  if (changed.length > 0) return walk(host, agreed, head, tools);
  await tools.records.agreeToRules({ ...agreed, commit: head }, agreed.commit);
  return calm;
}

async function agreeToFirst(host: CodeHost, head: string, tools: Tools): Promise<SettledRules> {
  const setup = await readRulesAt(host, head, tools);
  if (setup.kind === 'broken') return calm;
  const files = await rulesFilesAt(host, head, setup);
  await tools.records.agreeToRules({ repositoryId: host.repository.id, commit: head, files }, null);
  return calm;
}

/** Decides each change of the rules on the branch in turn, by those that were agreed to before it. */
async function walk(host: CodeHost, from: AgreedRules, head: string, tools: Tools): Promise<SettledRules> {
  let agreed = from;
  let open: RulesChange[] = [];
  let dispute: RulesVerdict | null = null;
  for (const { sha, firstParent, isOnward } of await commitsSince(host, from.commit, head)) {
    const { setup, changed, digest } = await rulesStateAt(host, sha, agreed, tools);
    if (changed.length === 0) [open, dispute] = [[], null];
    if (changed.length === 0 || digest === open.at(-1)?.digest) continue;
    const pullRequest = isOnward ? await landedBy(host, { sha }, host.repository.defaultBranch) : null;
    open = [...open, { commit: sha, since: firstParent, pullRequest, changed, digest }];
    const verdict = await decideRules(host, agreed, setup, open, tools);
    dispute = verdict;
    if (verdict?.decision.status !== 'allowed') continue;
    const next = await agreeTo(host, agreed, setup, verdict, tools);
    // Somebody else has come farther meanwhile: what they found stands.
    if (next === null) return settleRules(host, tools);
    [agreed, open, dispute] = [next, [], null];
  }
  if (open.length === 0 && agreed.commit !== head)
    await tools.records.agreeToRules({ ...agreed, commit: head }, agreed.commit);
  return { dispute, hasMoved: agreed !== from };
}

interface Moved {
  readonly sha: string;
  readonly firstParent: string | null;
  /** False where the branch was rewritten: what a pull request brought once, and was approved then, is not brought anew. */
  readonly isOnward: boolean;
}

/** Oldest first; what does not follow on the branch's own line is one. */
async function commitsSince(host: CodeHost, from: string, head: string): Promise<readonly Moved[]> {
  const commits = await host.firstParentCommits(from, head);
  if (commits !== null) return commits.map((commit) => ({ ...commit, isOnward: true }));
  const isOnward = (await host.mergeBase(from, head)) === from;
  return [{ sha: head, firstParent: from, isOnward }];
}

/** Has them in force from now on; null where others were agreed to meanwhile. */
async function agreeTo(
  host: CodeHost,
  before: AgreedRules,
  setup: Setup,
  { change, policy, plan, decision }: RulesVerdict,
  tools: Tools,
): Promise<AgreedRules | null> {
  const { repositoryId } = before;
  const { commit } = change;
  const agreed = { repositoryId, commit, files: await rulesFilesAt(host, commit, setup) };
  if (!(await tools.records.agreeToRules(agreed, before.commit))) return null;
  await tools.records.audit({
    repositoryId,
    environment: policy.name,
    pullRequest: change.pullRequest?.number ?? null,
    commit,
    actor: 'tidegate',
    action: 'rules-agreed',
    migration: null,
    digest: plan.digest,
    detail: { code: decision.code, message: decision.message, files: change.changed },
  });
  await endHoldsOfGone(repositoryId, setup, tools);
  return agreed;
}
