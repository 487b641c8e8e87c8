import type { HoldReason } from '../../src/domain/hold.ts';
import { SHOP } from '../support/world.ts';
import {
  branchOf,
  environments,
  isTaken,
  look,
  pathOf,
  textIn,
  type Environment,
  type Sight,
  type Stage,
} from './stage.ts';

/** What is said to each hold first; what is left after that is left by merges. */
const commands: Partial<Record<HoldReason, string>> = {
  'not-approved': '/confirm',
  'apply-failed': '/retry',
  'in-doubt': '/retry',
  'history-lost': '/retry',
};

const rounds = 4;

/**
 * Leaves every hold by commands and merges alone, as alerts and plans say; the pull requests that lie about are closed
 * first. Throws an Error where it does not come to an end.
 */
export async function walkBack(stage: Stage, diary: string[]): Promise<void> {
  await closeAll(stage);
  for (const environment of environments) {
    const said = new Set<string>();
    for (let round = 0; ; round += 1) {
      const sight = await look(stage, environment);
      const { hold } = sight;
      if (hold === null) break;
      if (round === rounds) throw new Error(`${environment} cannot be brought back from ${hold.reason}`);
      const command = commands[hold.reason];
      diary.push(`back: ${environment} is on hold for ${hold.reason}`);
      if (command === undefined || said.has(command)) {
        await agree(stage, environment, sight, diary);
      } else {
        said.add(command);
        const text = command === '/confirm' ? command : `${command} ${environment}`;
        const answer = await stage.team.told(hold.issue ?? stage.desk, 'dora', text);
        diary.push(`  ${text}: ${answer.split('\n').find((line) => line.trim() !== '') ?? 'nothing'}`);
      }
    }
  }
}

/**
 * A pull request that makes the branch what the history is. It has to be green once it is approved, though the
 * environment is on hold.
 */
async function agree(
  stage: Stage,
  environment: Environment,
  { branch, history }: Sight,
  diary: string[],
): Promise<void> {
  const { world, team } = stage;
  const files = Object.fromEntries([
    ...history.filter((name) => !branch.includes(name)).map((name) => [pathOf(name), textIn(stage, name)]),
    ...branch.filter((name) => !history.includes(name)).map((name) => [pathOf(name), null]),
  ]) as Record<string, string | null>;
  const head = `back-${String((stage.work += 1))}`;
  const number = await team.open({ branch: head, base: branchOf[environment], files });
  await world.settled();
  await team.approve(number, 'dan');
  await world.settled();
  const gate = await team.check(number, 'gate', environment);
  diary.push(`  #${number} with ${Object.keys(files).join(', ')}: its gate says ${String(gate)}`);
  if (gate !== 'success') {
    const words = [
      await team.said(number, 'gate', environment),
      await team.said(number, 'plan', environment),
    ];
    throw new Error(`the way back of ${environment} is barred: ${words.join('\n')}`);
  }
  await team.merge(number);
  await world.settled();
}

async function closeAll({ world, team }: Stage): Promise<void> {
  const { data } = await world.as('wim').rest.pulls.list({ ...SHOP, state: 'open', per_page: 100 });
  for (const { number } of data) await isTaken(team.close(number));
  await world.settled();
}
