import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  qa: { branch: qa, protected: false, promotes_from: dev }
  prod:
    branch: main
    promotes_from: qa
    approvals: { required: 1, from: ['@acme/dba'] }
`;
const only = (where: string, text: string): string => `-- tidegate:only ${where}\n${text}`;
const inCode = `// tidegate:only dev
exports.up = (pgm) => { pgm.sql('CREATE TABLE step_0005 (id int)'); };
exports.down = (pgm) => { pgm.sql('DROP TABLE step_0005'); };
`;

describe('a migration that is only for some environments', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'qa', 'prod'] }));
  });
  afterAll(() => world.close());

  const merged = async (head: string, base: string, environment: string): Promise<string> => {
    const asked = { ...SHOP, head, base, title: `${head} to ${base}` };
    const { data } = await world.as('wim').rest.pulls.create(asked);
    await world.settled();
    expect(await team.check(data.number, 'plan', environment)).toBe('success');
    const [told = ''] = await team.answers(data.number);
    await team.approve(data.number);
    await world.settled();
    await team.merge(data.number);
    await world.settled();
    return told;
  };

  it('runs there, travels with its branch, and runs nowhere else', async () => {
    await team.land({
      branch: 'seeds',
      base: 'dev',
      files: {
        ...step(2),
        [fileOf(3)]: only('dev', textOf('step_0003')),
        ...step(4),
        'migrations/0005_step.js': inCode,
        [fileOf(6)]: only('dev, qa', textOf('step_0006')),
        ...step(7),
      },
    });
    expect(await world.history('dev')).toEqual([1, 2, 3, 4, 5, 6, 7].map(ranAs));
    const told = await merged('dev', 'qa', 'qa');
    expect(told).toContain('`0003_step` is only for `dev`: it is not run here.');
    expect(told).toContain('`0005_step` is only for `dev`: it is not run here.');
    expect(await world.history('qa')).toEqual([1, 2, 4, 6, 7].map(ranAs));
    await merged('qa', 'main', 'prod');
    expect(await world.history('prod')).toEqual([1, 2, 4, 7].map(ranAs));
    expect(await team.holds()).toEqual([]);
  });

  it('is not missing anywhere afterwards: nothing is pending, and later changes go on as ever', async () => {
    const number = await team.land({ branch: 'eighth', base: 'dev', files: step(8) });
    await merged('dev', 'qa', 'qa');
    await merged('qa', 'main', 'prod');
    expect(await world.history('prod')).toEqual([1, 2, 4, 7, 8].map(ranAs));
    const status = await team.told(number, 'wim', '/status');
    expect(status.match(/\| none \| ✅ up to date \|/g)).toHaveLength(3);
    const back = await team.told(number, 'dan', '/rollback --last 2 prod --dry-run');
    expect(back).toMatch(/DROP TABLE step\\?_0007/);
    await world.restart();
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('is told where it says that in a way that cannot be followed, and is not run', async () => {
    const number = await team.open({
      branch: 'ninth',
      base: 'dev',
      files: {
        [fileOf(9)]: only('dve', textOf('step_0009')),
        [fileOf(10)]: `${textOf('step_0010')}-- tidegate:only dev\n`,
        [fileOf(11)]: only('', textOf('step_0011')),
      },
    });
    await world.settled();
    const said = await team.said(number, 'plan', 'dev');
    expect(said).toMatch(
      /0009\\_step says that it is only for dve, and there is no such .* Did you mean dev\?/,
    );
    expect(said).toMatch(/0010\\_step `tidegate:only` does not hold, since it stands below the first/);
    expect(said).toMatch(/0011\\_step `tidegate:only` does not hold, since it names no environment/);
    await team.merge(number);
    await world.settled();
    expect(await world.history('dev')).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(ranAs));
    expect(world.violations()).toEqual([]);
  });
});
