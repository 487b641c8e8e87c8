import type { Random } from '../flows/random.ts';
import { SHOP } from '../support/world.ts';
import {
  branchOf,
  environments,
  filesOf,
  isTaken,
  newMigration,
  type Environment,
  type Stage,
} from './stage.ts';

type Method = 'merge' | 'squash' | 'rebase';

export async function newWork(stage: Stage, random: Random): Promise<string> {
  const names = Array.from({ length: 1 + random.below(2) }, () => newMigration(stage));
  return land(stage, random, { base: 'dev', files: filesOf(stage, names), isHotfix: false });
}

/** A change straight into prod; now and then without the label that it needs. */
export async function hotfix(stage: Stage, random: Random): Promise<string> {
  const files = filesOf(stage, [newMigration(stage)]);
  return land(stage, random, { base: 'prod', files, isHotfix: random.below(4) > 0 });
}

interface Work {
  readonly base: Environment;
  readonly files: Readonly<Record<string, string>>;
  readonly isHotfix: boolean;
}

async function land(stage: Stage, random: Random, { base, files, isHotfix }: Work): Promise<string> {
  const branch = `work-${String((stage.work += 1))}`;
  const { team, world } = stage;
  await team.push(branch, files, { from: branchOf[base] });
  const number = await open(stage, branch, base);
  const what = Object.keys(files).join(', ');
  if (number === null) return `could not open ${what} for ${base}`;
  if (isHotfix) {
    await world.as('wim').rest.issues.addLabels({ ...SHOP, issue_number: number, labels: ['hotfix'] });
    await world.settled();
  }
  const method = random.pick(['merge', 'squash', 'rebase'] as const);
  const label = isHotfix ? ' as a hotfix' : '';
  return `#${number} into ${base}${label} with ${what}: ${await finish(stage, random, number, base, method)}`;
}

/** Merges the whole branch before, by a pull request that somebody opens, or by the one that the App opens. */
export async function promote(stage: Stage, random: Random): Promise<string | null> {
  const [from, to] = random.pick([
    ['dev', 'qa'],
    ['qa', 'prod'],
  ] as const);
  const asks = random.below(2) === 0;
  const number = asks ? await openByCommand(stage, from, to) : await openByHand(stage, from, to);
  if (number === null) return null;
  const how = asks ? '/promote' : 'hand';
  return `promotes ${from} to ${to} by ${how}, #${number}: ${await finish(stage, random, number, to, 'merge')}`;
}

async function openByHand(stage: Stage, from: Environment, to: Environment): Promise<number | null> {
  const { world, team } = stage;
  const head = `promote-${String((stage.work += 1))}`;
  await world
    .as('ada')
    .rest.git.createRef({ ...SHOP, ref: `refs/heads/${head}`, sha: await team.head(branchOf[from]) });
  return open(stage, head, to);
}

async function openByCommand(stage: Stage, from: Environment, to: Environment): Promise<number | null> {
  await stage.team.told(stage.desk, 'wim', `/promote ${to}`);
  const head = `tidegate/promote-${from}-to-${to}`;
  return (await openPulls(stage)).find((pull) => pull.head === head)?.number ?? null;
}

async function open({ world }: Stage, head: string, base: Environment): Promise<number | null> {
  let number: number | null = null;
  const opening = world
    .as('wim')
    .rest.pulls.create({ ...SHOP, head, base: branchOf[base], title: head })
    .then(({ data }) => (number = data.number));
  await isTaken(opening);
  await world.settled();
  return number;
}

export interface OpenPull {
  readonly number: number;
  readonly head: string;
  readonly into: Environment;
}

/** Open pull requests into the environments, newest first. */
export async function openPulls({ world }: Stage): Promise<readonly OpenPull[]> {
  const { data } = await world.as('wim').rest.pulls.list({ ...SHOP, state: 'open', per_page: 100 });
  return data
    .toSorted((a, b) => b.number - a.number)
    .flatMap(({ number, head, base }) => {
      const into = environments.find((name) => branchOf[name] === base.ref);
      return into === undefined ? [] : [{ number, head: head.ref, into }];
    });
}

/** Merges one of the pull requests that lie about, such as the App's reverts. */
export async function takeOpen(stage: Stage, random: Random): Promise<string | null> {
  const pulls = await openPulls(stage);
  if (pulls.length === 0) return null;
  const { number, into } = random.pick(pulls);
  return `takes up #${number} into ${into}: ${await finish(stage, random, number, into, 'merge')}`;
}

export async function revert(stage: Stage, random: Random): Promise<string | null> {
  const last = stage.merged.at(-1 - random.below(2));
  if (last === undefined) return null;
  const { world } = stage;
  const mutation = `mutation ($input: RevertPullRequestInput!) {
    revertPullRequest(input: $input) { revertPullRequest { number } }
  }`;
  const input = { pullRequestId: last.nodeId, title: `Revert #${last.number}`, body: '' };
  try {
    await world.as('wim').graphql(mutation, { input });
  } catch {
    return `could not revert #${last.number}`;
  }
  await world.settled();
  const [made] = await openPulls(stage);
  if (made === undefined) return null;
  return `reverts #${last.number} by #${made.number}: ${await finish(stage, random, made.number, made.into, 'merge')}`;
}

/** Approves and merges a pull request; now and then without the approval, or though it is red, or not at all. */
export async function finish(
  stage: Stage,
  random: Random,
  number: number,
  into: Environment,
  method: Method,
): Promise<string> {
  const { world, team } = stage;
  if (into === 'prod' && random.below(6) > 0) {
    await team.approve(number, 'dan');
    await world.settled();
  }
  const gate = await team.check(number, 'gate', into);
  if (gate !== 'success' && random.below(3) > 0) {
    if (random.below(2) === 0) return `left open, its gate says ${String(gate)}`;
    await team.close(number);
    return `closed, its gate said ${String(gate)}`;
  }
  if (!(await isTaken(team.merge(number, { method })))) {
    await team.close(number);
    return 'could not be merged';
  }
  const { data } = await world.as('ada').rest.pulls.get({ ...SHOP, pull_number: number });
  stage.merged.push({ number, nodeId: data.node_id, into });
  return `${method} (gate ${String(gate)})`;
}
