import { SHOP, type World } from '../support/world.ts';
import type { Team, Work } from './team.ts';

/** A group of pull requests that a merge queue asks about. */
export interface Group {
  readonly head_sha: string;
  readonly head_ref: string;
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

/** Has the default branch take what its queue merges alone, with both checks of prod, and gives the queue. */
export async function queueOf(world: World, team: Team): Promise<MergeQueue> {
  await protect(world);
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
    enqueue: async (number) => {
      const { data } = await world.as('wim').rest.pulls.get({ ...SHOP, pull_number: number });
      const query =
        'mutation($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { clientMutationId } }';
      await world.as('wim').graphql(query, { input: { pullRequestId: data.node_id } });
    },
    unheard: () =>
      world.github.hooks.delay(
        ({ event, action }) => event === 'merge_group' && action === 'checks_requested',
      ),
    groups: () =>
      [...world.github.store.deliveries.values()]
        .filter(({ event, action }) => event === 'merge_group' && action === 'checks_requested')
        .map(({ payload }) => (JSON.parse(payload) as { merge_group: Group }).merge_group),
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

async function protect(world: World): Promise<void> {
  const queue = {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN' as const,
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'MERGE' as const,
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 0,
  };
  const required = ['plan', 'gate'].map((kind) => ({
    context: `tidegate / ${kind} (prod)`,
    integration_id: world.appId,
  }));
  const checks = { required_status_checks: required, strict_required_status_checks_policy: false };
  await world.as('ada').rest.repos.createRepoRuleset({
    ...SHOP,
    name: 'main',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      { type: 'merge_queue', parameters: queue },
      { type: 'required_status_checks', parameters: checks },
    ],
  });
}
