import { expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { SHOP } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step } from './team.ts';

it('takes out with the revert of an earlier migration what was taken back after it, whose revert was closed', async () => {
  const { world, team } = await startScene({});
  const openPulls = async (): Promise<readonly number[]> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    return data.map(({ number }) => number);
  };
  const two = await team.land({ branch: 'two', files: step(2) });
  const three = await team.land({ branch: 'three', files: step(3) });
  await team.told(three, 'dan', '/rollback --accept-data-loss');
  await team.told(three, 'dora', '/confirm');
  const [closed = 0] = await openPulls();
  await team.close(closed);
  await team.told(two, 'dan', '/rollback --accept-data-loss');
  await team.told(two, 'dora', '/confirm');
  expect(await world.history('prod')).toEqual([ranAs(1)]);
  // Each is noted for the commit that brought it.
  const noted = `SELECT migration FROM tidegate.audit WHERE action IN ('applied', 'rolled-back')
    GROUP BY migration HAVING count(DISTINCT commit) > 1 OR count(*) <> 2`;
  expect(await controlRows(world.control, noted)).toEqual([]);
  const pulls = await openPulls();
  expect(pulls).toHaveLength(1);
  await team.merge(pulls[0] ?? 0);
  await world.settled();
  expect(await team.holds()).toEqual([]);
  expect(await world.history('prod')).toEqual([ranAs(1)]);
  await expectAgreement(world);
  await world.close();
});
