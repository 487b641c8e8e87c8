import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { ranAs, step, teamOf, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 2, from: ['role:write'] }
`;

describe('confirming what the gate did not allow', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile,
      environments: ['prod'],
      branches: [],
      migrations: { '0001_step.sql': textOf('step_0001') },
      applied: true,
    });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(() => world.close());

  const asked = async (number: number, login: string, body: string): Promise<string> => {
    const before = (await team.answers(number)).length;
    await team.comment(number, login, body);
    await world.settled();
    return (await team.answers(number)).slice(before).join('\n');
  };
  const alert = async (): Promise<number> => {
    const { data } = await world
      .as('ada')
      .rest.issues.listForRepo({ ...SHOP, state: 'open', creator: 'tidegate[bot]' });
    return data.find(({ title }) => title.includes('on hold'))?.number ?? 0;
  };

  it('lets a direct push through once enough have who neither wrote nor pushed it', async () => {
    await team.push('main', step(2), { by: 'wim', coAuthor: 'wanda' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const number = await alert();
    expect(await asked(number, 'wim', '/confirm')).toMatch(/`wim` confirmed on .*, but wrote a commit of it/);
    expect(await asked(number, 'rita', '/confirm')).toMatch(/may not use `\/confirm`/);
    expect(await asked(number, 'dan', '/confirm')).toMatch(/It waits still: .*1 counts/);
    expect(await asked(number, 'dan', '/confirm')).toMatch(/It waits still: .*1 counts/);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await asked(number, 'dora', '/confirm')).toMatch(/runs now/);
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('adds to the reviews of a pull request that was merged past its gate', async () => {
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    await team.approve(number, 'dan');
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await asked(number, 'wim', '/confirm')).toMatch(/`wim` confirmed on .*, but (opened|wrote)/);
    expect(await asked(number, 'dora', '/confirm')).toMatch(/runs now/);
    expect(await world.history('prod')).toContain(ranAs(3));
    await expectAgreement(world);
  });
});
