import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { policyOfRules, readAgreed, strictestPolicy } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { policyOfBase } from './policy-of-base.ts';

/**
 * What rules a pull request while the configuration cannot be read: the rules that were agreed to last, at their
 * strictest, or an administrator where there are none that ask anybody. Its checks keep the name that they had: under
 * another one, those that its branch requires would stay as green as they were.
 */
export async function unruledPolicy(
  host: CodeHost,
  { number, base }: Pick<PullRequest, 'number' | 'base'>,
  tools: Pick<Tools, 'records' | 'databasesOf' | 'memory'>,
): Promise<EnvironmentPolicy> {
  const { id } = host.repository;
  const made = await tools.records.latestPlan(id, number);
  const policy = (await agreedPolicy(host, base, tools)) ?? strictestPolicy(base);
  return { ...policy, name: made?.environment ?? base };
}

async function agreedPolicy(
  host: CodeHost,
  base: string,
  tools: Pick<Tools, 'records' | 'databasesOf' | 'memory'>,
): Promise<EnvironmentPolicy | null> {
  const agreed = await tools.records.agreedRules(host.repository.id);
  const then = agreed === null ? null : await readAgreed(host, agreed, tools);
  if (then?.kind !== 'ready') return null;
  const policy = policyOfBase(host, then, base);
  const ofRules = policy === null ? null : policyOfRules(then, policy);
  return ofRules?.protected === true ? ofRules : null;
}
