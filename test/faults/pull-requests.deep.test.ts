import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stickyMarker } from '../../src/report/sticky-marker.ts';
import { oneOfDba } from '../flows/scene.ts';
import { fileOf, ranAs, step, teamOf, textOf, type Team } from '../flows/team.ts';
import { longBranch } from '../github/hosted.ts';
import { hostileText } from '../report/hostile.ts';
import { foreignParts, isBalanced } from '../report/rendered.ts';
import { controlRows } from '../support/control-rows.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';

const shorthand = (type: string): string =>
  `exports.shorthands = { note: { type: '${type}' } };\nexports.up = () => {};\nexports.down = () => {};\n`;

describe('a pull request', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const migrations = { '0001_step.sql': textOf('step_0001'), '0002_notes.js': shorthand('text') };
    world = await startWorld({
      repositoryFile: oneOfDba,
      environments: ['prod'],
      branches: [],
      migrations,
      applied: true,
    });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(() => world.close());

  const gate = async (number: number): Promise<string | null> => {
    await world.settled();
    return team.check(number, 'gate');
  };
  const close = async (pull_number: number): Promise<void> => {
    await team.close(pull_number);
    await world.settled();
  };
  const digestOf = async (number: number): Promise<string | undefined> => {
    const sql = 'SELECT digest FROM tidegate.plan WHERE pull_request = $1 ORDER BY id DESC LIMIT 1';
    return (await controlRows<{ digest: string }>(world.control, sql, [number]))[0]?.digest;
  };

  it('fault 10: its plan is made again where another merge landed; an equal one keeps its approval, a changed one loses it', async () => {
    const table = 'exports.up = (pgm) => pgm.createTable("step_0005", { id: "id", words: "note" });\n';
    const equal = await team.open({ branch: 'equal', files: step(4) });
    const changed = await team.open({ branch: 'changed', files: { 'migrations/0005_step.js': table } });
    await world.settled();
    for (const number of [equal, changed]) await team.approve(number);
    expect([await gate(equal), await gate(changed)]).toEqual(['success', 'success']);
    const plans = [await digestOf(equal), await digestOf(changed)];
    // It changes what the other's code comes to, without touching its file.
    const landed = await team.land({
      branch: 'landed',
      files: { 'migrations/0003_notes.js': shorthand('varchar(9)') },
    });
    expect([await gate(equal), await gate(changed)]).toEqual(['success', 'action_required']);
    expect([(await digestOf(equal)) === plans[0], (await digestOf(changed)) === plans[1]]).toEqual([
      true,
      false,
    ]);
    await team.approve(changed);
    expect(await gate(changed)).toBe('success');
    // Both land before either is applied: in the branch's order, each under its own digest.
    await Promise.all([team.merge(equal), world.settled()]);
    await team.merge(changed);
    await world.settled();
    const sql = "SELECT pull_request, digest FROM tidegate.audit WHERE action = 'applied' ORDER BY id";
    const applied = await controlRows<{ pull_request: number; digest: string }>(world.control, sql);
    expect(applied).toEqual(
      await Promise.all(
        [landed, equal, changed].map(async (number) => ({
          pull_request: number,
          digest: await digestOf(number),
        })),
      ),
    );
  });

  it('fault 16: merged indirectly, by a push of its commits, is held until it is approved', async () => {
    const number = await team.open({ branch: 'indirect', files: step(6) });
    await world.settled();
    await team.push('main', { 'README.md': '# Between\n' });
    const before = await team.head('indirect');
    await world.as('wim').rest.pulls.updateBranch({ ...SHOP, pull_number: number });
    await expect.poll(() => team.head('indirect'), { timeout: 10_000 }).not.toBe(before);
    await world.settled();
    const sha = await team.head('indirect');
    await world.as('wim').rest.git.updateRef({ ...SHOP, ref: 'heads/main', sha });
    await world.settled();
    expect((await world.as('wim').rest.pulls.get({ ...SHOP, pull_number: number })).data.merged).toBe(true);
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await team.alerts()).toHaveLength(1);
    expect(await world.history('prod')).not.toContain(ranAs(6));
    await team.approve(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(6));
    expect(await team.alerts()).toEqual([]);
  });

  it('fault 30: too large for a comment is cut at a statement’s end and linked whole, and its digest covers all of it', async () => {
    const rows = Array.from(
      { length: 3_000 },
      (_, id) => `INSERT INTO step_0001 VALUES (${id} + 0 * length('${'x'.repeat(60)}'));`,
    );
    const large = (last: number): string =>
      `-- Up Migration\n${rows.join('\n')}\nINSERT INTO step_0001 VALUES (${last});\n\n-- Down Migration\nDELETE FROM step_0001;\n`;
    const number = await team.open({ branch: 'large', files: { [fileOf(7)]: large(900_001) } });
    await world.settled();
    const [comment = ''] = await team.answers(number);
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(65_536);
    expect(comment).not.toContain('900001');
    expect(comment).toMatch(/too long for a comment/);
    const shown = /```sql\n([\s\S]*?)\n```/.exec(comment)?.[1] ?? '';
    expect(shown).toMatch(/;$/);
    const url = /\[the whole plan\]\(([^)]+)\)/.exec(comment)?.[1] ?? '';
    expect(await (await fetch(url)).text()).toContain('900001');
    await team.approve(number);
    expect(await gate(number)).toBe('success');
    await team.push('large', { [fileOf(7)]: large(900_002) });
    expect(await gate(number)).toBe('action_required');
    await close(number);
  });

  it('fault 31: Markdown, mentions, HTML and bidi in SQL, titles and errors come to nothing', async () => {
    const quoted = hostileText.replaceAll("'", "''").replace(/[\u0000\u0007\u001b]/g, '');
    const sql =
      `-- Up Migration\nCREATE TABLE step_0007 (id int);\nCOMMENT ON TABLE step_0007 IS '${quoted}';\n` +
      `DO $body$ BEGIN RAISE EXCEPTION USING MESSAGE = '${quoted}', HINT = '${quoted}'; END $body$;\n`;
    const number = await team.open({ branch: 'hostile', files: { [fileOf(7)]: sql } });
    await world
      .as('wim')
      .rest.pulls.update({ ...SHOP, pull_number: number, title: hostileText.slice(0, 250) });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    const [comment = ''] = await team.answers(number);
    expect(comment).toContain('acme/dba');
    const link = /\[the whole plan\]\(([^)]+)\)/.exec(comment)?.[1] ?? '';
    expect(foreignParts(comment, link, [number])).toEqual([]);
    expect(isBalanced(comment)).toBe(true);
    expect(comment.trimEnd().endsWith(stickyMarker(world.repository.id, number))).toBe(true);
    const page = await (await fetch(link)).text();
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    await close(number);
  });

  it('fault 66: opened while the service was down is planned at its start', async () => {
    world.github.hooks.drop(({ event }) => event === 'pull_request', 1);
    const number = await team.open({ branch: 'unheard', files: step(7) });
    await world.settled();
    expect(await team.check(number, 'plan')).toBeNull();
    await world.restart();
    await world.settled();
    expect([await team.check(number, 'plan'), await gate(number)]).toEqual(['success', 'action_required']);
    await close(number);
  });

  it('fault 67: with more commits than GitHub lists has no approval that counts, and says so', async () => {
    await longBranch(world, 'long', 250);
    await team.push('long', step(7));
    const asked = { ...SHOP, head: 'long', base: 'main', title: 'Long' };
    const { data } = await world.as('wim').rest.pulls.create(asked);
    await world.settled();
    await team.approve(data.number);
    expect(await gate(data.number)).toBe('action_required');
    const said = await team.said(data.number, 'gate');
    expect(said).toMatch(
      /no approval counts.*more commits than GitHub lists.*Squash its branch, or split it/,
    );
    expect(said).toMatch(/`dan` approved, but may be among the authors that GitHub does not list/);
    expect((await team.answers(data.number))[0]).toMatch(/No: it cannot be told who wrote this/);
    await team.merge(data.number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(7));
    const back = await team.open({ branch: 'back', files: { [fileOf(7)]: null } });
    await world.settled();
    await team.merge(back);
    await world.settled();
  });

  it('leaves nothing on hold after all of that, and was answered as GitHub would', async () => {
    expect(await team.holds()).toEqual([]);
    expect(world.violations()).toEqual([]);
  });
});
