import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { isAmiss, judgeGuards, type GuardFinding } from '../../gate/judge-guards.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { Log } from '../../ports/log.ts';

/** What is amiss with how GitHub guards the environments' branches, as it was seen within the last hour. */
export interface GuardMemory {
  /** Nothing for an environment that is not protected, and where it cannot be found out just now. Never throws. */
  amiss(host: CodeHost, policy: EnvironmentPolicy): Promise<readonly GuardFinding[]>;
}

/** People seldom change it, and the sweep asks as well: a plan then seldom costs a question. */
const believedMs = 60 * 60_000;

/** Remembers, by the clock, what was found of each branch. */
export function createGuardMemory(clock: Clock, log: Log): GuardMemory {
  const seen = new Map<string, { readonly at: number; readonly findings: readonly GuardFinding[] }>();
  return {
    async amiss(host, policy) {
      if (!policy.protected) return [];
      const key = JSON.stringify([host.repository.id, policy.name, policy.branch]);
      const known = seen.get(key);
      const now = clock().getTime();
      if (known !== undefined && now - known.at <= believedMs) return known.findings;
      try {
        const findings = judgeGuards(policy, await host.branchGuards(policy.branch)).filter(isAmiss);
        seen.set(key, { at: now, findings });
        return findings;
      } catch (error) {
        log.warn({ error: String(error), branch: policy.branch }, 'the guards of a branch could not be read');
        return known?.findings ?? [];
      }
    },
  };
}
