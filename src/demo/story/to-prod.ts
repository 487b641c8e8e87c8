import { changeNames } from '../shop/change.ts';
import { approve, merge, open } from './acts.ts';
import { shop } from './people.ts';
import { checkRun, checkSaying, commentSaying, concluded, ranOn } from './seen.ts';
import type { Stage } from './stage.ts';
import { noShortcut, promotedToQa } from './to-qa.ts';
import { waitFor } from './wait-for.ts';

/** Step 3: promoted to qa, and as far as the gate of prod. Returns the number of the pull request that waits there. */
export async function toTheGate(stage: Stage, inDev: number): Promise<number> {
  const { narrator } = stage;
  narrator.step(3, 'Promotion: from dev to qa, and to the gate of prod');
  await noShortcut(stage);
  await promotedToQa(stage, inDev);
  const toProd = await open(stage, 'ben', {
    head: 'qa',
    base: 'main',
    title: 'Promote qa to prod',
    body: 'What runs on qa, for prod: it needs the approval of somebody in @acme/dba who wrote none of it.',
  });
  narrator.look('qa into main, which is prod', toProd.url);
  const gate = await checkRun(stage, toProd.number, 'gate');
  narrator.check(
    'the gate of prod is not green',
    gate.conclusion === 'action_required',
    String(gate.conclusion),
  );
  const comment = await commentSaying(stage, toProd.number, /Not yet/);
  narrator.check('the comment says what is missing', /@?acme\/dba/.test(comment), comment.slice(0, 300));
  const refused = await merge(stage, 'ben', toProd.number);
  narrator.check('GitHub refuses the merge', refused?.startsWith('405') ?? false, String(refused));
  await stage.pause();
  return toProd.number;
}

/** Step 4: whose approval counts, and the merge. */
export async function approvedIntoProd(stage: Stage, number: number): Promise<void> {
  const { narrator, databases } = stage;
  narrator.step(4, 'Approvals that count, and those that do not');
  const own = await approve(stage, 'ben', number);
  narrator.check(
    'Ben cannot approve his own pull request: GitHub says 422',
    own?.startsWith('422') ?? false,
    String(own),
  );
  await approve(stage, 'cleo', number);
  const afterCleo = await checkSaying(stage, number, 'gate', /cleo/);
  narrator.check(
    'Cleo’s approval does not count: she wrote a commit of it',
    afterCleo.conclusion === 'action_required',
    String(afterCleo.conclusion),
  );
  await approve(stage, 'rita', number);
  const afterRita = await checkSaying(stage, number, 'gate', /rita/);
  narrator.check(
    'Rita’s approval does not count: she may only read',
    afterRita.conclusion === 'action_required',
    String(afterRita.conclusion),
  );
  await approve(stage, 'dan', number);
  await concluded(stage, number, 'gate', 'success');
  narrator.check('Dan’s approval does: the gate is green', true, 'success');
  await stage.pause();
  const refused = await merge(stage, 'ben', number);
  narrator.check('GitHub lets it be merged', refused === null, String(refused));
  const history = await ranOn(stage, 'prod', changeNames);
  const ledger = await databases.ledger('prod');
  narrator.check(
    'history and ledger of prod agree',
    [...history].sort().join() === [...ledger].sort().join(),
    `${history.length} and ${ledger.length}`,
  );
  const byHand = await stage.migrateByHand('prod');
  narrator.check(
    'node-pg-migrate’s CLI finds nothing to do',
    byHand.includes('No migrations to run'),
    byHand,
  );
  const state = await deploymentState(stage, 'prod');
  narrator.check('a GitHub deployment to prod succeeded', state === 'success', state);
  const comment = await commentSaying(stage, number, /Applied to/);
  narrator.check('the comment says that it was applied', true, comment.slice(0, 120));
}

async function deploymentState(stage: Stage, environment: string): Promise<string> {
  return waitFor(`a deployment to ${environment}`, async () => {
    const { data: deployments } = await stage.team.ada.rest.repos.listDeployments({ ...shop, environment });
    const [latest] = deployments;
    if (latest === undefined) return null;
    const { data: statuses } = await stage.team.ada.rest.repos.listDeploymentStatuses({
      ...shop,
      deployment_id: latest.id,
    });
    return statuses[0]?.state ?? null;
  });
}
