import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { rulesPath, step, type Team } from './team.ts';

const standsIn = 'is there any more, so that an administrator stands in';

describe.each([
  ['a user who is gone', 'gone-dba'],
  ['a team that is gone', "'@acme/gone'"],
  ['a team without members', "'@acme/empty'"],
  ['a team that may only read', "'@acme/lookers'"],
])('rules that ask for %s', (_who, from) => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: oneOfDba.replace("'@acme/dba'", from) }));
    world.github.createTeam('acme', 'empty', []);
    world.github.addMember('acme', 'rita');
    world.github.createTeam('acme', 'lookers', ['rita']);
  });
  afterAll(() => world.close());

  it('run nothing by an administrator’s word, with or without other rules', async () => {
    const plain = await team.open({ branch: 'plain', files: step(2) });
    const both = await team.open({ branch: 'both', files: { ...step(2), [rulesPath]: oneOfDba } });
    await world.settled();
    expect(await team.gateAfter(plain, team.approve(plain, 'ada'))).toBe('action_required');
    expect(await team.gateAfter(both, team.approve(both, 'ada'))).toBe('action_required');
    expect(await team.said(both, 'gate')).not.toContain(standsIn);
    await team.close(plain);
    await team.close(both);
  });

  it('are changed with an administrator’s approval, and no other’s', async () => {
    const number = await team.open({ branch: 'new', files: { [rulesPath]: oneOfDba } });
    await world.settled();
    expect(await team.said(number, 'gate')).toContain(standsIn);
    expect(await team.gateAfter(number, team.approve(number, 'dan'))).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number, 'ada'))).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await agreements(world)).toContainEqual(expect.stringContaining(standsIn));
    expect(world.violations()).toEqual([]);
  });
});

describe('rules that ask for who is gone', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: oneOfDba.replace("'@acme/dba'", 'gone-dba') }));
  });
  afterAll(() => world.close());

  it('are confirmed by an administrator where they were changed past the gate', async () => {
    const number = await team.open({ branch: 'past', files: { [rulesPath]: oneOfDba } });
    await world.settled();
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
    const alert = await team.alert();
    const { data } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: alert });
    expect(data.body).toContain('administrator');
    expect(await team.told(alert, 'dan', '/confirm')).toContain('may not use');
    expect(await team.told(alert, 'ada', '/confirm')).toContain('in force now');
    expect(await team.holds()).toEqual([]);
  });

  it('ask an administrator for nothing while one of those they name is there', async () => {
    const number = await team.open({ branch: 'next', files: { [rulesPath]: `${oneOfDba}# Ours.\n` } });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number, 'ada'))).toBe('action_required');
    expect(await team.said(number, 'gate')).not.toContain(standsIn);
    await team.merge(number);
    await world.settled();
    expect(await team.told(await team.alert(), 'ada', '/confirm')).toContain('only approvals from');
    expect(await team.holds()).toEqual(['prod: rules']);
  });
});

/** What the audit says of rules that came into force. */
async function agreements(world: World): Promise<readonly string[]> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query<{ said: string }>(
      `SELECT detail->>'message' AS said FROM tidegate.audit WHERE action = 'rules-agreed'`,
    ),
  );
  return rows.map(({ said }) => said);
}
