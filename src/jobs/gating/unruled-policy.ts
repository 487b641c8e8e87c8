import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { policyOfRules, readAgreed, strictestPolicy } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { policiesOfBase } from './policy-of-base.ts';

/**
 * What rules a pull request while the configuration cannot be read: the rules that were agreed to last, at their
 * strictest, or an administrator where there are none that ask anybody. Its checks keep the names that they had: under
 * others, those that its branch requires would stay as green as they were.
 */
export async function unruledPolicies(
  host: CodeHost,
  { number, base }: Pick<PullRequest, 'number' | 'base'>,
  tools: Pick<Tools, 'records' | 'databasesOf' | 'memory'>,
): Promise<readonly EnvironmentPolicy[]> {
  const { id } = host.repository;
  const made = await tools.records.latestPlan(id, number);
  const { policy, names } = (await agreedPolicy(host, base, tools)) ?? {
    policy: strictestPolicy(base),
    names: [],
  };
  const name = made?.environment ?? base;
  return named(policy, names.includes(name) ? names : [name]);
}

/** The same policy under each of these names. */
export function named(
  { beside: _, after: __, ...policy }: EnvironmentPolicy,
  names: readonly string[],
): readonly EnvironmentPolicy[] {
  return names.map((name, at) => {
    const before = names[at - 1];
    const others = names.filter((one) => one !== name);
    return {
      ...policy,
      name,
      ...(before === undefined ? {} : { after: before }),
      ...(others.length === 0 ? {} : { beside: others }),
    };
  });
}

async function agreedPolicy(
  host: CodeHost,
  base: string,
  tools: Pick<Tools, 'records' | 'databasesOf' | 'memory'>,
): Promise<{ readonly policy: EnvironmentPolicy; readonly names: readonly string[] } | null> {
  const agreed = await tools.records.agreedRules(host.repository.id);
  const then = agreed === null ? null : await readAgreed(host, agreed, tools);
  if (then?.kind !== 'ready') return null;
  const policies = policiesOfBase(host, then, base);
  const [first] = policies;
  const ofRules = first === undefined ? null : policyOfRules(then, first);
  return ofRules?.protected === true ? { policy: ofRules, names: policies.map(({ name }) => name) } : null;
}
