import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  qa: { branch: qa, protected: false, promotes_from: dev }
  prod:
    branch: main
    promotes_from: qa
    approvals: { required: 1, from: ['@acme/dba'] }
    hotfix: { label: hotfix }
    rollback: { approvals: 0 }
`;

describe('a hotfix that is taken back', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'qa', 'prod'] }));
  });
  afterAll(() => world.close());

  const hotfix = async (at: number): Promise<number> => {
    const number = await team.open({ branch: `fix-${at}`, files: step(at) });
    await world.as('wim').rest.issues.addLabels({ ...SHOP, issue_number: number, labels: ['hotfix'] });
    await world.settled();
    await team.approve(number);
    await world.settled();
    await team.merge(number);
    await world.settled();
    return number;
  };
  const openInto = async (base: string) =>
    (await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base })).data;

  it('flows down no more: what takes it there is closed, and says why', async () => {
    const number = await hotfix(2);
    const [toDev] = await openInto('dev');
    const [toQa] = await openInto('qa');
    // Where nothing can be said it is closed all the same.
    await world.as('ada').rest.issues.lock({ ...SHOP, issue_number: toQa?.number ?? 0 });
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await openInto('qa')).toEqual([]);
    expect(await openInto('dev')).toEqual([]);
    expect((await team.answers(toDev?.number ?? 0)).join('\n')).toMatch(
      /taken back on `prod` since[^]*`0002_step`[^]*is closed/,
    );
    for (const { number: revert } of await openInto('main')) await team.merge(revert, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('still flows down from where it stands', async () => {
    const number = await hotfix(3);
    const [toQa] = await openInto('qa');
    await team.merge(toQa?.number ?? 0);
    await world.settled();
    expect(await world.history('qa')).toEqual([1, 3].map(ranAs));
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await openInto('dev')).toHaveLength(1);
  });

  it('is left in a pull request that brings more, which is told', async () => {
    const [toDev] = await openInto('dev');
    await team.push(toDev?.head.ref ?? '', { [fileOf(4)]: 'CREATE TABLE more (id int);\n' });
    await world.settled();
    const [fromQa] = (
      await world.as('ada').rest.pulls.list({ ...SHOP, state: 'closed', base: 'qa' })
    ).data.filter(({ merged_at: at }) => at !== null);
    await team.told(fromQa?.number ?? 0, 'dan', '/rollback --accept-data-loss');
    expect(await world.history('qa')).toEqual([ranAs(1)]);
    expect(await openInto('dev')).toHaveLength(1);
    expect((await team.answers(toDev?.number ?? 0)).join('\n')).toMatch(
      /taken back on `qa` since[^]*`0003_step`[^]*Take that out of it/,
    );
  });
});
