import type { GateFacts } from '../../domain/gate.ts';
import { roleAtLeast, type Subject } from '../../domain/policy.ts';
import { decide } from '../../gate/decide.ts';
import { requirementsOf } from '../../gate/requirement.ts';
import { isBotLogin, isSameLogin } from '../../gate/rights.ts';
import { namedAlone } from '../../gate/stand-ins.ts';
import type { CodeHost } from '../../ports/code-host.ts';

/** So many members of a team are asked about before it is taken for one with somebody who may write. */
const mostAsked = 30;

/**
 * Whom the rules name for a change of them, and of whom nobody is there who may write: asked anew, and only where the
 * change waits. Of what would run on a target nothing is found out: for that nobody stands in.
 */
export async function goneApprovers(
  host: Pick<CodeHost, 'person' | 'members'>,
  facts: GateFacts,
): Promise<readonly Subject[]> {
  if (!facts.changesRules || facts.stepCount > 0 || decide(facts).status !== 'waiting') return [];
  const named = requirementsOf(facts).flatMap(({ rule }) => namedAlone(rule));
  const once = [...new Map(named.map((one) => [JSON.stringify(one).toLowerCase(), one])).values()];
  const found = await Promise.all(
    once.map(async (subject) => ((await isThere(host, subject, facts)) ? [] : [subject])),
  );
  return found.flat();
}

async function isThere(
  host: Pick<CodeHost, 'person' | 'members'>,
  subject: Subject,
  { policy }: GateFacts,
): Promise<boolean> {
  const mayWrite = async (login: string): Promise<boolean> =>
    roleAtLeast((await host.person(login, [])).role, 'write');
  switch (subject.kind) {
    case 'user': {
      const { login } = subject;
      if (isBotLogin(login)) return (policy.approvals.bots ?? []).some((bot) => isSameLogin(bot, login));
      return mayWrite(login);
    }
    case 'team': {
      const members = (await host.members(subject)) ?? [];
      if (members.length > mostAsked) return true;
      // One after the other: mostly the first one may.
      for (const login of members) if (await mayWrite(login)) return true;
      return false;
    }
    case 'role':
    case 'code-owners':
      return true;
  }
}
