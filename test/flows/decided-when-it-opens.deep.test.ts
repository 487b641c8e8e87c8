import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const rules = (required: number): string => `version: 1
environments:
  prod:
    branch: main
    approvals: { required: ${required}, from: ['@acme/dba'] }
    windows: ['Mon-Thu 09:00-16:00 Europe/Berlin']
`;

/** A Friday, and the Monday after it when the window opens. */
const friday = new Date('2026-06-12T14:00:00Z');
const opens = new Date('2026-06-15T07:00:00Z');
const weekMs = 7 * 86_400_000;

describe('what was approved and waits for a window is decided again when that opens', () => {
  let world: World;
  let team: Team;
  let week = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules(1), startsAt: friday }));
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.setTime(new Date(friday.getTime() + week * weekMs));
  });

  const approvedAndWaiting = async (number: number): Promise<{ pull: number; review: number }> => {
    const pull = await team.open({ branch: `step-${number}`, files: step(number) });
    await world.settled();
    const review = await team.approve(pull);
    await world.settled();
    await team.merge(pull);
    await world.settled();
    expect((await team.answers(pull))[0]).toContain('Merged, and waiting until Mon');
    expect(await team.holds()).toEqual([]);
    return { pull, review };
  };
  /** The window opens; the next test begins on the Friday after. */
  const open = async (): Promise<void> => {
    world.setTime(new Date(opens.getTime() + week * weekMs));
    week += 1;
    await world.service.sweep();
    await world.settled();
  };
  const setDan = async (change: 'added' | 'removed'): Promise<void> => {
    const dba = [...world.github.store.teams.values()].find(({ slug }) => slug === 'dba');
    if (dba === undefined) throw new Error('this world has no team dba');
    world.github.setTeamMember(dba, 'dan', change);
    await world.settled();
  };
  const heldUntil = async (number: number, act: () => Promise<unknown>): Promise<void> => {
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(number));
    await act();
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(number));
    await expectAgreement(world);
  };

  it('and held where the approval was dismissed since', async () => {
    const { pull, review } = await approvedAndWaiting(2);
    const dismissal = { ...SHOP, pull_number: pull, review_id: review, message: 'Wait.' };
    await world.as('ada').rest.pulls.dismissReview(dismissal);
    await world.settled();
    await open();
    expect((await team.answers(pull))[0]).not.toContain('waiting until');
    await heldUntil(2, () => team.approve(pull, 'dora'));
  });

  it('and held where who approved has left the team since', async () => {
    await approvedAndWaiting(3);
    await setDan('removed');
    await open();
    await heldUntil(3, () => setDan('added'));
  });

  it('and held where stricter rules were pushed since', async () => {
    const { pull } = await approvedAndWaiting(4);
    await team.rule(rules(2));
    await world.settled();
    await open();
    await heldUntil(4, () => team.approve(pull, 'dora'));
    await team.rule(rules(1));
    await world.settled();
  });

  it('and left alone on a hold that somebody asked for since, until that is released', async () => {
    const { pull } = await approvedAndWaiting(5);
    await team.comment(pull, 'dan', '/hold prod "the launch"');
    await world.settled();
    await open();
    expect(await team.holds()).toEqual(['prod: asked']);
    expect(await world.history('prod')).not.toContain(ranAs(5));
    await team.comment(pull, 'dora', '/release prod');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(5));
    expect((await team.answers(pull))[0]).toContain('Applied to `prod`');
    await expectAgreement(world);
  });
});
