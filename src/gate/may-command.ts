import type { CommandName } from '../domain/command.ts';
import type { Decision, Person } from '../domain/gate.ts';
import { approversOf, roleAtLeast, type EnvironmentPolicy, type Subject } from '../domain/policy.ts';
import { isAnyOf, isBotLogin } from './rights.ts';
import { anyOf, met, quoted, unmet } from './words.ts';

/** How somebody stands to the pull request that a command is on. */
export interface CommandContext {
  readonly isAuthor: boolean;
  /** Who confirms what waits here; where it is not said, who confirms a rollback. */
  readonly confirming?: readonly Subject[];
}

/**
 * Whether a person may give a command. Reading (`/status`, `/help`) is for everybody who can comment, `/plan` for
 * who may write and for the author, `/promote`, which opens a pull request, for who may write. What touches a target is for who may write and, where the environment is
 * protected, may approve there, or maintains the repository; `/apply --now` is for those whom the policy names alone.
 */
export function mayCommand(
  command: CommandName,
  person: Person,
  policy: EnvironmentPolicy,
  { isAuthor, confirming = policy.rollback.from }: CommandContext,
): Decision {
  switch (command) {
    case 'status':
    case 'help':
      return allowed(command, person);
    case 'plan': {
      if (isBotLogin(person.login)) return byBot(command, person);
      if (isAuthor || roleAtLeast(person.role, 'write')) return allowed(command, person);
      return refused(command, person, "The pull request's author or anybody with write may.");
    }
    case 'drift':
      if (isBotLogin(person.login)) return byBot(command, person);
      return roleAtLeast(person.role, 'write')
        ? allowed(command, person)
        : refused(command, person, 'Anybody with write may.');
    case 'promote': {
      if (isBotLogin(person.login)) return byBot(command, person);
      if (roleAtLeast(person.role, 'write')) return allowed(command, person);
      return refused(command, person, 'Anybody with write may.');
    }
    case 'rollback':
    case 'retry':
    case 'release':
    case 'hold':
      if (isBotLogin(person.login)) return byBot(command, person);
      return mayTouch(person, policy)
        ? allowed(command, person)
        : refused(command, person, whoMayTouch(policy));
    case 'apply': {
      if (isBotLogin(person.login)) return byBot(command, person);
      const { name, breakGlass = [] } = policy;
      if (isAnyOf(person, breakGlass)) return allowed(command, person);
      const nobody = `On ${quoted(name)} this is for nobody: \`break_glass.from\` in .github/tidegate.yml says who may.`;
      const who = breakGlass.length === 0 ? nobody : `On ${quoted(name)} this is for ${anyOf(breakGlass)}.`;
      return refused(command, person, who);
    }
    // It takes back what is one's own, whatever one may do by now.
    case 'withdraw':
      return isBotLogin(person.login) ? byBot(command, person) : allowed(command, person);
    case 'confirm':
      if (isBotLogin(person.login)) return byBot(command, person);
      return isAnyOf(person, confirming)
        ? allowed(command, person)
        : refused(command, person, `On ${quoted(policy.name)} this is for ${anyOf(confirming)}.`);
  }
}

function mayTouch(person: Person, policy: EnvironmentPolicy): boolean {
  if (!roleAtLeast(person.role, 'write')) return false;
  if (!policy.protected || roleAtLeast(person.role, 'maintain')) return true;
  return isAnyOf(person, approversOf(policy.approvals));
}

function whoMayTouch({ name, protected: isProtected, approvals }: EnvironmentPolicy): string {
  const where = `On ${quoted(name)} this is for anybody with write`;
  const approvers = approversOf(approvals);
  const isForAll = approvers.some((subject) => subject.kind === 'role' && subject.role === 'write');
  if (!isProtected || isForAll) return `${where}.`;
  return `${where} who is also ${anyOf(approvers)}, and for anybody who maintains the repository.`;
}

function allowed(command: CommandName, person: Person): Decision {
  return met('allowed', `${quoted(person.login)} may \`/${command}\`.`);
}

function byBot(command: CommandName, person: Person): Decision {
  const message = `${quoted(person.login)} is a bot, and \`/${command}\` is for people.`;
  const ask = { wanted: 'a person', found: 'a bot', who: 'people' };
  return unmet('refused', 'refused', message, ask);
}

function refused(command: CommandName, person: Person, who: string): Decision {
  const ask = { wanted: `the right to \`/${command}\``, found: `role ${person.role}`, who };
  const message = `${quoted(person.login)} may not use \`/${command}\`. ${who}`;
  return unmet('refused', 'refused', message, ask);
}
