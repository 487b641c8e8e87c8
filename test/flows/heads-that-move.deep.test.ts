import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, step, textOf, type Files, type Team } from './team.ts';

let world: World;
let team: Team;

beforeAll(async () => {
  ({ world, team } = await startScene());
});
afterAll(() => world.close());

const close = async (number: number): Promise<void> => {
  await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, state: 'closed' });
  await world.settled();
};
/** The digest that the comment ends with, in its short form. */
const shownPlan = async (number: number) => /Plan `(\w+)`/.exec((await team.answers(number))[0] ?? '')?.[1];

describe('an approval of a branch that is rebased', () => {
  interface Rebase {
    readonly pushedBy: string;
    readonly committedBy: string;
  }
  /** Puts wim's commit on what is now the tip of main, as `git rebase` and `git push --force` do. */
  const rebase = async (branch: string, files: Files, { pushedBy, committedBy }: Rebase) => {
    await world.github.commitFiles(world.repository, {
      branch,
      files,
      message: `Change ${Object.keys(files).join(', ')}`,
      author: { name: 'wim', email: 'wim@acme.example', login: pushedBy },
      committer: { name: committedBy, email: `${committedBy}@acme.example` },
      from: 'main',
      force: true,
    });
    await world.settled();
  };

  it('stands where the author rebases it, and falls where who approved does', async () => {
    const number = await team.open({ branch: 'rebased', files: step(20) });
    await world.settled();
    await team.approve(number);
    await world.settled();
    const approved = await shownPlan(number);
    const before = await team.head('rebased');
    await team.land({ branch: 'meanwhile', files: step(10) });
    await rebase('rebased', step(20), { pushedBy: 'wim', committedBy: 'wim' });
    expect(await team.head('rebased')).not.toBe(before);
    expect(await shownPlan(number)).toBe(approved);
    expect(await team.check(number, 'gate')).toBe('success');

    await team.push('main', { 'README.md': '# Moved\n' }, { by: 'ada' });
    await rebase('rebased', step(20), { pushedBy: 'dan', committedBy: 'dan' });
    expect(await shownPlan(number)).toBe(approved);
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved, but (committed|pushed)/);
    expect((await team.answers(number))[0]).toMatch(/Counted before.*\n\n- `dan` approved, but/);
    // Nor does approving it once more help.
    await team.approve(number);
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');

    await rebase('rebased', step(20), { pushedBy: 'wim', committedBy: 'dan' });
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved, but committed/);
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
    await close(number);
  });
});

describe('a head that moves while its gate is decided', () => {
  const decided = async (number: number): Promise<number> => {
    const sql = `SELECT id FROM tidegate.audit WHERE pull_request = $1 AND action = 'gate-decided'`;
    return (await controlRows(world.control, sql, [number])).length;
  };
  const checksOf = async (ref: string) => {
    const asked = { ...SHOP, ref, filter: 'all' as const, app_id: world.appId };
    const { data } = await world.as('ada').rest.checks.listForRef(asked);
    return data.check_runs.map(({ name, conclusion }) => `${name.split(' ')[2]} ${conclusion}`).sort();
  };

  it.each(['heard at once', 'heard later'] as const)(
    'is not green by what was known of the older one: the push is %s',
    async (when) => {
      const branch = when.replaceAll(' ', '-');
      const number = await team.open({ branch, files: step(30) });
      await world.settled();
      const older = await team.head(branch);
      const olderPlan = await shownPlan(number);
      const isPush = ({ event }: { event: string }) => event === 'push' || event === 'pull_request';
      // What a decision found out is all there when it is written down.
      const { newer, release } = await withClient(world.control.url, async (client) => {
        await client.query('BEGIN; LOCK TABLE tidegate.audit IN SHARE ROW EXCLUSIVE MODE');
        await team.approve(number);
        const waiting = `SELECT 1 FROM pg_locks WHERE relation = 'tidegate.audit'::regclass AND NOT granted`;
        await expect
          .poll(async () => (await client.query(waiting)).rowCount, { timeout: 20_000 })
          .toBeGreaterThan(0);
        const released = when === 'heard later' ? world.github.hooks.delay(isPush, 2) : () => undefined;
        const head = await team.push(branch, { [fileOf(30)]: textOf('step_0030_other') });
        await world.github.hooks.idle();
        await client.query('COMMIT');
        return { newer: head, release: released };
      });
      await world.settled();
      if (when === 'heard later') {
        expect(await checksOf(newer)).not.toContain('gate success');
        release();
        await world.settled();
      }
      expect(await checksOf(older)).toContain('plan success');
      expect(await checksOf(newer)).toEqual(['gate action_required', 'plan success']);
      expect(await decided(number)).toBeGreaterThan(2);
      expect(await shownPlan(number)).not.toBe(olderPlan);
      const [comment] = await team.answers(number);
      expect(comment).toContain(`of commit \`${newer.slice(0, 10)}\``);
      expect(comment).toContain('step_0030_other');
      expect(await team.said(number, 'gate')).toMatch(/`dan` approved .* where the plan was another/);
      await close(number);
    },
  );
});
