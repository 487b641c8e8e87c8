import type { HoldReason } from '../../src/domain/hold.ts';
import type { Random } from '../flows/random.ts';
import { adoptDrift, firstLine, revertDrift } from './by-command.ts';
import {
  branchOf,
  environments,
  filesOf,
  isTaken,
  look,
  pathOf,
  type Environment,
  type Sight,
  type Stage,
} from './stage.ts';
import { openPulls } from './work.ts';

/** What is said to each hold first; what is left after that is left by merges. */
const commands: Partial<Record<HoldReason, string>> = {
  'not-approved': '/confirm',
  'apply-failed': '/retry',
  'target-moved': '/retry',
  'in-doubt': '/retry',
  'history-lost': '/retry',
};

const rounds = 6;

/**
 * Leaves every hold by commands and merges alone, as alerts and plans say; the pull requests that lie about are closed
 * first. Throws an Error where it does not come to an end.
 */
export async function walkBack(stage: Stage, random: Random, diary: string[]): Promise<void> {
  for (const { number } of await openPulls(stage)) await isTaken(stage.team.close(number));
  await stage.world.settled();
  for (const environment of environments) {
    const said = new Set<string>();
    for (let round = 0; ; round += 1) {
      const sight = await look(stage, environment);
      if (sight.hold === null) break;
      if (round === rounds)
        throw new Error(`${environment} cannot be brought back from ${sight.hold.reason}`);
      diary.push(`back: ${environment} is on hold for ${sight.hold.reason}: ${sight.hold.message}`);
      diary.push(...(await wayOf(stage, random, environment, sight, said)));
    }
  }
  for (const environment of environments) {
    const { hold } = await look(stage, environment);
    if (hold !== null) throw new Error(`${environment} is on hold again, for ${hold.reason}`);
  }
}

/** One way out of a hold: a command that was not `said` yet where there is one for it, else a merge. */
async function wayOf(
  stage: Stage,
  random: Random,
  environment: Environment,
  sight: Sight,
  said: Set<string>,
): Promise<readonly string[]> {
  const { hold } = sight;
  if (hold?.reason === 'drift' && !(said.has('adopt') && said.has('revert')))
    return endDrift(stage, random, environment, said);
  const command = hold === null ? undefined : commands[hold.reason];
  if (hold === null || command === undefined || said.has(command)) return agree(stage, environment, sight);
  said.add(command);
  const text = command === '/confirm' ? command : `${command} ${environment}`;
  return [`  ${text}: ${firstLine(await stage.team.told(hold.issue ?? stage.desk, 'dora', text))}`];
}

/** Takes back what was done by hand, or has Git say it: each once, and the one that is drawn first. */
async function endDrift(
  stage: Stage,
  random: Random,
  environment: Environment,
  said: Set<string>,
): Promise<readonly string[]> {
  const first = random.below(2) === 0 ? 'adopt' : 'revert';
  const way = said.has(first) ? (first === 'adopt' ? 'revert' : 'adopt') : first;
  said.add(way);
  if (way === 'revert') return [`  ${await revertDrift(stage, environment)}`];
  const { number, said: answer } = await adoptDrift(stage, environment);
  if (number === null) return [`  ${answer}`];
  return [`  ${answer}`, await merge(stage, environment, number)];
}

/**
 * A pull request that makes the branch what the history is. It has to be green once it is approved, though the
 * environment is on hold.
 */
async function agree(
  stage: Stage,
  environment: Environment,
  { branch, history }: Sight,
): Promise<readonly string[]> {
  const files = {
    ...filesOf(
      stage,
      history.filter((name) => !branch.includes(name)),
    ),
    ...Object.fromEntries(
      branch.filter((name) => !history.includes(name)).map((name) => [pathOf(name), null]),
    ),
  };
  const head = `back-${String((stage.work += 1))}`;
  const number = await stage.team.open({ branch: head, base: branchOf[environment], files });
  await stage.world.settled();
  return [`  ${Object.keys(files).join(', ')}`, await merge(stage, environment, number)];
}

async function merge({ world, team }: Stage, environment: Environment, number: number): Promise<string> {
  await team.approve(number, 'dan');
  await world.settled();
  const gate = await team.check(number, 'gate', environment);
  if (gate !== 'success') {
    const words = [
      await team.said(number, 'gate', environment),
      await team.said(number, 'plan', environment),
    ];
    throw new Error(`the way back of ${environment} is barred: ${words.join('\n')}`);
  }
  await team.merge(number);
  await world.settled();
  return `  #${number} merged`;
}
