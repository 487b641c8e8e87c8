import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pressCheckAction } from '../../src/demo/github/operations/check-runs.ts';
import { personNamed } from '../../src/demo/github/world.ts';
import { startScene } from '../flows/scene.ts';
import { step, type Team } from '../flows/team.ts';
import { withClient } from '../support/postgres.ts';
import { controlRows } from '../support/control-rows.ts';
import { forkOf, nextSecond, otherApp, type Fork } from '../support/strangers.ts';
import { SHOP, type World } from '../support/world.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 0, from: ['@acme/dba'] }
`;

// Each fails when it is run, and only then: while nothing is said of that, it was not.
const failing = '-- Up Migration\nDROP TABLE step_0001;\nSELECT 1 / 0;\n';
const throwing = "export const up = () => { throw new Error('the code ran'); };\n";

describe('a pull request of a stranger', () => {
  let world: World;
  let team: Team;
  let fork: Fork;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'] }));
    world.repository.private = false;
    fork = await forkOf(world, 'sid');
    await world.settled();
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  const sticky = async (number: number): Promise<string> => (await team.answers(number))[0] ?? '';
  const vouches = (number: number) =>
    controlRows<{ actor: string; commit: string }>(
      world.control,
      "SELECT actor, commit FROM tidegate.audit WHERE action = 'vouched' AND pull_request = $1 ORDER BY id",
      [number],
    );

  const keptWords = async (number: number): Promise<number> =>
    (await controlRows(world.control, 'SELECT FROM tidegate.vouch WHERE pull_request = $1', [number])).length;

  it('from a fork (fault 22) is only read, its code not at all, until somebody who may write says so, for that commit alone', async () => {
    const files = { 'migrations/0002_bad.sql': failing, 'migrations/0003_bad.js': throwing };
    const number = await fork.open('first', files);
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('action_required');
    expect(await team.check(number, 'gate')).toBe('failure');
    const first = await fork.push('first', { 'README.md': '# Two\n' });
    await world.settled();
    const [line] = (await sticky(number)).split('\n');
    expect(line).toContain('nothing of it has been run');
    expect(line).toContain(
      `somebody with write access reads commit \`${first.slice(0, 10)}\` and comments \`/plan\``,
    );
    const read = await sticky(number);
    expect(read).toMatch(/this comes from a fork/i);
    expect(read).toMatch(/drop-table/);
    expect(read).toMatch(/1 migration is code and is not shown/);
    expect(read).not.toMatch(/division by zero|the code ran/);

    expect(await team.told(number, 'sid', '/plan')).toMatch(
      /`sid` may not have it run: this comes from a fork/,
    );
    expect(await team.told(number, 'rita', '/plan')).toMatch(/`rita` may not have it run.*write access/);
    expect(await sticky(number)).not.toMatch(/division by zero|the code ran/);
    expect(await vouches(number)).toEqual([]);

    await nextSecond();
    expect(await team.told(number, 'dan', '/plan')).toBe('');
    expect(await vouches(number)).toEqual([{ actor: 'dan', commit: first }]);
    expect(await team.check(number, 'plan')).toBe('failure');
    expect(await sticky(number)).toMatch(/the code ran/);

    const second = await fork.push('first', { 'migrations/0003_bad.js': null });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('action_required');
    expect(await sticky(number)).not.toMatch(/division by zero|the code ran/);
    await nextSecond();
    await team.comment(number, 'dan', '/plan');
    await world.settled();
    expect(await sticky(number)).toMatch(/division by zero/);
    expect(await vouches(number)).toEqual([first, second].map((commit) => ({ actor: 'dan', commit })));

    await fork.push('first', { 'migrations/0002_bad.sql': null, ...step(2) });
    await world.settled();
    await nextSecond();
    await team.comment(number, 'wim', '/plan');
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    expect(await sticky(number)).toMatch(/Run at the word of `wim` for commit/);
    await team.approve(number);
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
  });

  it('is not run for a push to its base, nor by the sweep', async () => {
    const number = await fork.open('button', { 'migrations/0005_bad.sql': failing });
    await world.settled();
    await team.push('main', { 'README.md': '# Moved\n' });
    await world.service.sweep();
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('action_required');
    expect(await sticky(number)).not.toMatch(/division by zero/);
  });

  it.each([
    ['by the same clock', 'moving', '0 seconds'],
    ['by a clock that is an hour behind', 'moving-slowly', '1 hour'],
  ])(
    'is not run where its head moves between the word and its being heard (fault 28), %s',
    async (_how, branch, late) => {
      const number = await fork.open(branch, step(6));
      await world.settled();
      await nextSecond();
      const release = world.github.hooks.delay(({ event }) => event === 'issue_comment', 1);
      await team.comment(number, 'dan', '/plan');
      await fork.push(branch, { 'migrations/0006_bad.sql': failing, 'migrations/0006_step.sql': null });
      await world.settled();
      const earlier = 'UPDATE tidegate.plan SET made_at = made_at - $2::interval WHERE pull_request = $1';
      await controlRows(world.control, earlier, [number, late]);
      release();
      await world.settled();
      expect((await team.answers(number)).at(-1)).toMatch(/had not been shown here yet when you wrote/);
      expect(await team.check(number, 'plan')).toBe('action_required');
      expect(await sticky(number)).not.toMatch(/division by zero/);
      expect(await vouches(number)).toEqual([]);
    },
  );

  it('is not run where its head moves between the word that was heard and the plan (fault 28)', async () => {
    const number = await fork.open('racing', step(7));
    await world.settled();
    await nextSecond();
    // The word has been kept, and nothing more done about it, when the push comes.
    const before = await withClient(world.control.url, async (client) => {
      await client.query('BEGIN; LOCK TABLE tidegate.audit IN SHARE ROW EXCLUSIVE MODE');
      await team.comment(number, 'dan', '/plan');
      await expect.poll(() => keptWords(number), { timeout: 20_000 }).toBe(1);
      const count = (await team.answers(number)).length;
      await fork.push('racing', { 'migrations/0007_bad.sql': failing, 'migrations/0007_step.sql': null });
      await client.query('COMMIT');
      return count;
    });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('action_required');
    expect(await sticky(number)).not.toMatch(/division by zero/);
    expect((await team.answers(number)).slice(before).join('\n')).toMatch(
      /came after your comment: nothing of that was run/,
    );
  });

  it('that changes no migration needs no word: there is nothing to run', async () => {
    const number = await fork.open('words', { 'README.md': '# Better words\n' });
    await world.settled();
    expect([await team.check(number, 'plan'), await team.check(number, 'gate')]).toEqual([
      'success',
      'success',
    ]);
  });

  it('by an author with no part in the repository is a stranger’s also from a branch of it', async () => {
    await team.push('offered', { 'migrations/0008_bad.sql': failing }, { from: 'main' });
    const { data } = await world
      .as('sid')
      .rest.pulls.create({ ...SHOP, head: 'offered', base: 'main', title: 'Of another' });
    await world.settled();
    expect(await team.check(data.number, 'plan')).toBe('action_required');
    expect(await sticky(data.number)).toMatch(/by `sid`, who may not write/);
    expect(await team.told(data.number, 'sid', '/plan')).toMatch(/may not have it run/);
    await pressPlanAgain(world, 'offered', 'wim');
    await world.settled();
    expect(await team.check(data.number, 'plan')).toBe('action_required');
    await nextSecond();
    await team.comment(data.number, 'wim', '/plan');
    await world.settled();
    expect(await sticky(data.number)).toMatch(/division by zero/);
  });

  it('by a private member whom GitHub calls a stranger, but who may write, is none', async () => {
    const writers = world.github.createTeam('acme', 'writers', ['sid']);
    world.github.setTeamRole(world.repository, writers, 'write');
    await team.push('member', step(9), { from: 'main' });
    const { data } = await world
      .as('sid')
      .rest.pulls.create({ ...SHOP, head: 'member', base: 'main', title: 'Of a member' });
    expect(data.author_association).toBe('FIRST_TIME_CONTRIBUTOR');
    await world.settled();
    expect(await team.check(data.number, 'plan')).toBe('success');
    // The same person's fork still needs a word, and theirs is good for it.
    const number = await fork.open('own', step(9));
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('action_required');
    await nextSecond();
    await team.comment(number, 'sid', '/plan');
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    world.github.setTeamMember(writers, 'sid', 'removed');
  });

  it('by a bot is one, and a bot’s word is none', async () => {
    const bot = otherApp(world, 'bumper');
    await team.push('bumped', { 'migrations/0010_bad.sql': failing }, { from: 'main' });
    const { data } = await bot.rest.pulls.create({ ...SHOP, head: 'bumped', base: 'main', title: 'Bump' });
    await world.settled();
    expect(await team.check(data.number, 'plan')).toBe('action_required');
    expect(await sticky(data.number)).toMatch(/by `bumper\[bot\]`, which is a bot/);
    await nextSecond();
    await bot.rest.issues.createComment({ ...SHOP, issue_number: data.number, body: '/plan' });
    await world.settled();
    expect((await team.answers(data.number)).at(-1)).toMatch(/is a bot, and `\/plan` is for people/);
    expect(await sticky(data.number)).not.toMatch(/division by zero/);
    await team.comment(data.number, 'wim', '/plan');
    await world.settled();
    expect(await sticky(data.number)).toMatch(/division by zero/);
  });

  it('is none where the App opened it, at the word of who asked', async () => {
    const number = await team.land({ branch: 'taken-back', files: step(11) });
    await team.comment(number, 'dan', '/rollback --accept-data-loss');
    await world.settled();
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    const revert = data.find(({ user }) => user?.login === 'tidegate[bot]')?.number ?? 0;
    expect(await team.check(revert, 'plan')).toBe('success');
    expect(await sticky(revert)).not.toMatch(/nothing of it has been run/);
  });
});

/** Presses the button on the newest plan check of a branch. */
async function pressPlanAgain(world: World, branch: string, login: string): Promise<void> {
  const asked = { ...SHOP, ref: branch, check_name: 'tidegate / plan (prod)' };
  const { data } = await world.as('ada').rest.checks.listForRef(asked);
  const run = world.github.store.checkRuns.get(data.check_runs[0]?.id ?? 0);
  if (run === undefined) throw new Error('there is no plan check there');
  await pressCheckAction(world.github.world, run, 'plan', personNamed(world.github.world, login));
}
