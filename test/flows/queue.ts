import { SHOP, type World } from '../support/world.ts';

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

/** A merge queue that waits for both checks of `prod`, with so many pull requests in a group. */
export function queueRules(world: World, count: number, method: 'MERGE' | 'SQUASH' | 'REBASE' = 'MERGE') {
  const queue = {
    check_response_timeout_minutes: 60,
    grouping_strategy: count > 1 ? ('HEADGREEN' as const) : ('ALLGREEN' as const),
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: method,
    min_entries_to_merge: count,
    min_entries_to_merge_wait_minutes: count > 1 ? 5 : 0,
  };
  const required = ['plan', 'gate'].map((kind) => ({
    context: `tidegate / ${kind} (prod)`,
    integration_id: world.appId,
  }));
  const checks = { required_status_checks: required, strict_required_status_checks_policy: false };
  return {
    rules: [
      { type: 'merge_queue' as const, parameters: queue },
      { type: 'required_status_checks' as const, parameters: checks },
    ],
  };
}

/** The default branch takes what its queue merges alone. Returns the id of the ruleset. */
export async function requireQueue(world: World): Promise<number> {
  const { data } = await world.as('ada').rest.repos.createRepoRuleset({
    ...SHOP,
    name: 'main',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    ...queueRules(world, 1),
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
