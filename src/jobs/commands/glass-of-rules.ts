import { isAnyOf } from '../../gate/rights.ts';
import { anyOf, quoted } from '../../gate/words.ts';
import type { Environment } from '../environment.ts';

/** Why somebody cannot let a change of the rules through who could let another one through there; null where they can. */
export async function refusalForRules(
  { host, policyOfRules }: Pick<Environment, 'host' | 'policyOfRules'>,
  login: string,
): Promise<string | null> {
  const { breakGlass = [] } = policyOfRules;
  if (isAnyOf(await host.person(login, breakGlass), breakGlass)) return null;
  const who = breakGlass.length === 0 ? 'nobody' : anyOf(breakGlass);
  return (
    'It changes the rules, which are for all environments, so this is for whom `break_glass.from` of every protected ' +
    `one names: that is ${who}, and not ${quoted(login)}. Have it approved by those whom its gate asks.`
  );
}
