import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    windows: ['Mon-Thu 09:00-16:00 Europe/Berlin']
`;

/** A Friday, and the Monday after it as the clocks of Berlin show it. */
const friday = new Date('2026-06-12T14:00:00Z');
const monday = 'Mon 15 Jun 2026 09:00 Europe/Berlin';
const opens = new Date('2026-06-15T07:00:00Z');
const dayMs = 86_400_000;

describe('an environment with windows', () => {
  let world: World;
  let team: Team;
  let first = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, startsAt: friday }));
  });
  afterAll(() => world.close());

  const sticky = async (number: number): Promise<string> => (await team.answers(number))[0] ?? '';

  it('says before the merge when it is applied, and its gate is green all the same', async () => {
    first = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.approve(first);
    await world.settled();
    expect(await team.check(first, 'gate')).toBe('success');
    expect(await team.said(first, 'gate')).toContain(`from ${monday} on`);
    expect(await sticky(first)).toContain(`from ${monday} on`);
  });

  it('lets a merge wait, says until when everywhere, and once', async () => {
    await team.merge(first);
    await world.settled();
    await world.service.sweep();
    await world.settled();
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual([]);
    expect(await sticky(first)).toContain(`Merged, and waiting until ${monday}`);
    const rest = world.as('ada').rest;
    const sha = await team.head('main');
    const { data: status } = await rest.repos.getCombinedStatusForRef({ ...SHOP, ref: sha });
    expect(status.statuses.map(({ state, description }) => [state, description])).toEqual([
      ['pending', `Waiting until ${monday}`],
    ]);
    const { data: deployments } = await rest.repos.listDeployments({ ...SHOP, sha });
    expect(deployments).toHaveLength(1);
    await team.comment(first, 'rita', '/status');
    await world.settled();
    expect((await team.answers(first)).at(-1)).toContain(`waiting until ${monday}`);
  });

  it('is not in the way of what runs nothing, and keeps what is merged later behind it', async () => {
    const readme = await team.open({ branch: 'readme', files: { 'README.md': '# Other\n' } });
    await world.settled();
    await team.merge(readme);
    const later = await team.land({ branch: 'third', files: step(3) });
    expect(await sticky(readme)).toContain('there was nothing to run');
    expect(await sticky(later)).toContain(`Merged, and waiting until ${monday}`);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
  });

  it('gets what waits once a window is open, also where only the sweep finds that', async () => {
    world.setTime(opens);
    await world.service.sweep();
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
    expect(await sticky(first)).toContain('Applied to `prod`');
    await expectAgreement(world);
  });

  it('applies at once inside of a window', async () => {
    await team.land({ branch: 'fourth', files: step(4) });
    expect(await world.history('prod')).toContain(ranAs(4));
  });

  it('applies what waits by itself at the moment at which the window opens', async () => {
    const number = await team.open({ branch: 'fifth', files: step(5) });
    await world.settled();
    await team.approve(number);
    await world.settled();
    world.setTime(new Date(opens.getTime() + dayMs - 8_000));
    await team.merge(number);
    await world.settled();
    expect(await sticky(number)).toContain('Merged, and waiting until Tue 16 Jun 2026 09:00 Europe/Berlin');
    expect(await world.history('prod')).not.toContain(ranAs(5));
    await expect.poll(() => world.history('prod'), { timeout: 30_000, interval: 200 }).toContain(ranAs(5));
    await world.settled();
    expect(await sticky(number)).toContain('Applied to `prod`');
    await expectAgreement(world);
  });
});
