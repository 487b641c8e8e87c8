import type { Command } from '../../domain/command.ts';
import { nearest } from '../../domain/nearest.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import { promotingInto } from '../../domain/promotion-order.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { policyOfBase } from '../gating/policy-of-base.ts';
import { environmentsOfBranch, type Setup } from '../setup.ts';
import type { Tools } from '../tools.ts';
import { environmentConfirmed } from './awaited-here.ts';
import { onlyOneMeant } from './only-one-meant.ts';

type Ready = Extract<Setup, { kind: 'ready' }>;
type EnvironmentCommand = Exclude<Command, { name: 'help' | 'status' }>;

/** Where a command was given. */
export interface CommandPlace {
  readonly host: CodeHost;
  readonly repositoryId: number;
  /** Of the pull request or issue. */
  readonly number: number;
  /** Null on an issue. */
  readonly pullRequest: PullRequest | null;
}

/** The environment that a command names, or that is meant by where it stands; null where that cannot be told. */
export async function environmentMeant(
  command: EnvironmentCommand,
  setup: Ready,
  place: CommandPlace,
  tools: Pick<Tools, 'records'>,
): Promise<EnvironmentPolicy | null> {
  const own = await environmentHere(command, setup, place, tools);
  const isOfWhatWaits = command.name === 'confirm' || (command.name === 'withdraw' && own === null);
  return isOfWhatWaits ? environmentConfirmed(own, setup.environments, place, tools) : own;
}

/** The environment that a command names, that its pull request merges into, or whose alert issue it stands in. */
async function environmentHere(
  command: EnvironmentCommand,
  setup: Ready,
  { host, repositoryId, number, pullRequest }: CommandPlace,
  tools: Pick<Tools, 'records'>,
): Promise<EnvironmentPolicy | null> {
  const named = 'environment' in command ? command.environment : null;
  if (named !== null) return setup.environments.find(({ name }) => name === named) ?? null;
  if (pullRequest !== null) {
    const { base } = pullRequest;
    if (command.name === 'promote') return promotionMeant(setup, base);
    if (command.name === 'plan') return policyOfBase(host, setup, base);
    return onlyOneMeant(command, environmentsOfBranch(setup, base), { repositoryId, number }, tools);
  }
  for (const policy of setup.environments) {
    const hold = await tools.records.hold({ repositoryId, environment: policy.name });
    if (hold?.issue === number) return policy;
  }
  for (const [name, { issue }] of await tools.records.drifts(repositoryId)) {
    if (issue === number) return setup.environments.find((one) => one.name === name) ?? null;
  }
  const [glass] = await tools.records.unreviewedGlass(repositoryId, number);
  return setup.environments.find(({ name }) => name === glass?.environment) ?? null;
}

/** Where what came to a branch goes on to; from the last one it is that one itself. */
function promotionMeant(setup: Ready, base: string): EnvironmentPolicy | null {
  const here = environmentsOfBranch(setup, base);
  const names = here.map(({ name }) => name);
  const next = setup.environments
    .filter(({ promotesFrom }) => promotesFrom !== null && names.includes(promotesFrom))
    // A branch of several environments is promoted to once, for all of them.
    .map((policy) => promotingInto(policy, setup.environments));
  const [first, ...others] = new Set(next);
  if (others.length > 0) return null;
  return first ?? here[0] ?? null;
}

/** Why it cannot be told which environment is meant, and what to write. */
export function unknownEnvironment(
  command: EnvironmentCommand,
  setup: Ready,
  pullRequest: PullRequest | null,
): string {
  const here = pullRequest === null ? [] : environmentsOfBranch(setup, pullRequest.base);
  const named = 'environment' in command ? command.environment : null;
  const names = setup.environments.map(({ name }) => name);
  const known = `Name one of: ${names.join(', ')}.`;
  if (named === null && here.length > 1 && command.name !== 'promote') return severalHere(command, here);
  if (named === null) return `It does not say which environment is meant. ${known}`;
  const meant = nearest(named, names, 4);
  return `There is no environment ${named}. ${meant === null ? known : `Did you mean ${meant}? ${known}`}`;
}

function severalHere({ name }: EnvironmentCommand, here: readonly EnvironmentPolicy[]): string {
  const names = here.map((one) => one.name);
  const what = `It does not say which environment is meant: \`${here[0]?.branch ?? ''}\` is the branch of ${names.join(', ')}.`;
  return name === 'confirm' || name === 'withdraw'
    ? `${what} Comment it on the alert issue of the one that is meant.`
    : `${what} Name one of them, as in \`${asNamed(name, names[0] ?? '')}\`.`;
}

function asNamed(name: EnvironmentCommand['name'], environment: string): string {
  if (name === 'apply') return `/apply --now ${environment} "why"`;
  return name === 'hold' ? `/hold ${environment} "why"` : `/${name} ${environment}`;
}
