import { SHOP, type World } from '../support/world.ts';
import type { Team, Work } from './team.ts';

/** As somebody who may: puts a pull request into the merge queue of its base branch, or takes it out. */
export async function changeQueue(
  world: World,
  name: 'enqueue' | 'dequeue',
  number: number,
  login = 'wim',
): Promise<void> {
  const { data } = await world.as(login).rest.pulls.get({ ...SHOP, pull_number: number });
  const type = name === 'enqueue' ? 'EnqueuePullRequestInput' : 'DequeuePullRequestInput';
  const query = `mutation($input: ${type}!) { ${name}PullRequest(input: $input) { clientMutationId } }`;
  const input = name === 'enqueue' ? { pullRequestId: data.node_id } : { id: data.node_id };
  await world.as(login).graphql(query, { input });
}

/** A merge queue that waits for both checks of each environment, with so many pull requests in a group. */
export function queueRules(
  world: World,
  count: number,
  method: 'MERGE' | 'SQUASH' | 'REBASE' = 'MERGE',
  environments: readonly string[] = ['prod'],
) {
  const queue = {
    check_response_timeout_minutes: 60,
    grouping_strategy: count > 1 ? ('HEADGREEN' as const) : ('ALLGREEN' as const),
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: method,
    min_entries_to_merge: count,
    min_entries_to_merge_wait_minutes: count > 1 ? 5 : 0,
  };
  const required = environments.flatMap((name) =>
    ['plan', 'gate'].map((kind) => ({
      context: `tidegate / ${kind} (${name})`,
      integration_id: world.appId,
    })),
  );
  const checks = { required_status_checks: required, strict_required_status_checks_policy: false };
  return {
    rules: [
      { type: 'merge_queue' as const, parameters: queue },
      { type: 'required_status_checks' as const, parameters: checks },
    ],
  };
}

/** The default branch takes what its queue merges alone. Returns the id of the ruleset. */
export async function requireQueue(world: World, environments?: readonly string[]): Promise<number> {
  const { data } = await world.as('ada').rest.repos.createRepoRuleset({
    ...SHOP,
    name: 'main',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    ...queueRules(world, 1, 'MERGE', environments),
  });
  return data.id;
}

export interface Group {
  readonly head_sha: string;
  readonly head_ref: string;
}

/** The groups whose checks GitHub asked for, oldest first. */
export function groupsOf(world: World): readonly Group[] {
  return [...world.github.store.deliveries.values()]
    .filter(({ event, action }) => event === 'merge_group' && action === 'checks_requested')
    .map(({ payload }) => (JSON.parse(payload) as { merge_group: Group }).merge_group);
}

/** What is done with a merge queue, and what can be seen of it. */
export interface MergeQueue {
  /** Opens a pull request and has dan approve it, settled. */
  ready(work: Work): Promise<number>;
  enqueue(number: number): Promise<void>;
  /** Has the next group stand without being heard of until the function that it gives is called. */
  unheard(): () => void;
  /** The groups that were told of, oldest first. */
  groups(): readonly Group[];
  /** What the checks on a group's head say, as in `gate (prod) failure: …`, in order. */
  said(group: Group | undefined): Promise<readonly string[]>;
  /** The checks' summaries, one after the other. */
  summaries(group: Group | undefined): Promise<string>;
  /** `merged`, `open` or `closed`. */
  stateOf(number: number): Promise<string>;
}

/** Has the default branch take what its queue merges alone, with both checks of prod or of these, and gives the queue. */
export async function queueOf(
  world: World,
  team: Team,
  environments?: readonly string[],
): Promise<MergeQueue> {
  await requireQueue(world, environments);
  const checks = async (group: Group | undefined) => {
    if (group === undefined) return [];
    const asked = { ...SHOP, ref: group.head_sha, app_id: world.appId };
    return (await world.as('ada').rest.checks.listForRef(asked)).data.check_runs;
  };
  return {
    ready: async (work) => {
      const number = await team.open(work);
      await world.settled();
      await team.approve(number);
      await world.settled();
      return number;
    },
    enqueue: (number) => changeQueue(world, 'enqueue', number),
    unheard: () =>
      world.github.hooks.delay(
        ({ event, action }) => event === 'merge_group' && action === 'checks_requested',
      ),
    groups: () => groupsOf(world),
    said: async (group) =>
      (await checks(group))
        .map(({ name, conclusion, output }) => {
          return `${name.replace('tidegate / ', '')} ${conclusion}: ${output.title}`;
        })
        .sort(),
    summaries: async (group) => (await checks(group)).map(({ output }) => output.summary ?? '').join('\n'),
    stateOf: async (number) => {
      const { data } = await world.as('ada').rest.pulls.get({ ...SHOP, pull_number: number });
      return data.merged ? 'merged' : data.state;
    },
  };
}
