import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { serverFile } from '../../src/demo/shop/configuration.ts';
import { approve, close, command, label, open, push } from '../../src/demo/story/acts.ts';
import { branchOf, environmentNames } from '../../src/demo/story/databases.ts';
import { shop } from '../../src/demo/story/people.ts';
import { checkRun, checkSaying } from '../../src/demo/story/seen.ts';
import { withClient } from '../support/postgres.ts';
import { tellTheStory, type ToldStory } from './told-story.ts';

const documentPath = new URL('../../docs/environment-by-branch.md', import.meta.url);
/** With what stands in columns as in one sentence. */
const spaced = (line: string): string => line.replaceAll(/ +/g, ' ');
const change = ['0021_order-notes', '0022_orders-placed-at-index'];
const hotfix = ['0026_nickname', '0027_birthday'];

describe('environment by branch, on the demo', () => {
  let story: ToldStory;
  beforeAll(async () => {
    story = await tellTheStory();
  }, 240_000);
  afterAll(() => story.close());

  const rest = () => story.stage.team.ada.rest;
  const pull = async (number: number) => (await rest().pulls.get({ ...shop, pull_number: number })).data;
  const namesOf = async (environment: (typeof environmentNames)[number]) =>
    (await story.ran(environment)).map(({ name }) => name);

  it('Isolation', async () => {
    expect(await namesOf('dev')).toContain('0023_gift-wrap');
    for (const name of ['qa', 'prod'] as const) expect(await namesOf(name)).not.toContain('0023_gift-wrap');
    for (const name of environmentNames) {
      const ran = await story.ran(name);
      expect(ran.map((row) => row.name).join()).not.toMatch(/order-customer|harmless/);
      for (const { pull_request, commit } of ran) {
        expect((await pull(pull_request)).base.ref).toBe(branchOf(name));
        const { data } = await rest().repos.compareCommits({ ...shop, base: commit, head: branchOf(name) });
        expect(data.behind_by).toBe(0);
      }
    }
  });

  it('Tailored configuration', async () => {
    expect(await story.said(1, 'gate')).toContain('`dev` is not protected: no approval is needed');
    expect(await story.said(3, 'gate')).toContain(
      '`qa` needs 1 approval from a member of `acme/testers`; 1 counts',
    );
    expect(await story.said(4, 'gate')).toContain(
      '`prod` needs 1 approval from a member of `acme/dba`; 1 counts',
    );
    const files = { 'migrations/0030_urgent.sql': '-- Up Migration\nSELECT 1;\n' };
    await push(story.stage, 'ben', 'urgent', files, 'It cannot wait', 'qa');
    const proposal = { head: 'urgent', base: 'qa', title: 'Urgent', body: '' };
    const { number } = await open(story.stage, 'ben', proposal);
    await label(story.stage, 'ben', number, 'hotfix');
    await checkSaying(story.stage, number, 'plan', /has never run there/);
    await command(story.stage, 'ben', number, '/status', /Pending/);
    expect((await checkRun(story.stage, number, 'plan')).conclusion).toBe('failure');
    expect(await story.said(number, 'plan')).not.toContain('hotfix');
    expect(await story.said(2, 'plan')).toContain('let past by the label `hotfix`');
    await close(story.stage, 'ben', number);
  });

  it('Automated triggers', async () => {
    const typed = (await story.comments()).filter(({ login }) => login !== 'tidegate[bot]');
    expect([...new Set(typed.map(({ body }) => body.split(' ')[0]))].sort()).toEqual([
      '/confirm',
      '/drift',
      '/promote',
      '/rollback',
      '/status',
    ]);
    for (const name of environmentNames) {
      const { data } = await rest().repos.listDeployments({ ...shop, environment: name, per_page: 100 });
      for (const { id, creator } of data) {
        expect(creator?.login).toBe('tidegate[bot]');
        const statuses = await rest().repos.listDeploymentStatuses({ ...shop, deployment_id: id });
        expect(statuses.data.map(({ state }) => state)).toContain('success');
      }
      const commits = (await story.ran(name)).map(({ commit }) => commit);
      expect(data.map(({ sha }) => sha)).toEqual(expect.arrayContaining(commits));
    }
    for (const title of ['Take back #4', 'Take to qa', 'Take to dev']) {
      expect((await pull(await story.pull(title))).user.login).toBe('tidegate[bot]');
    }
  });

  it('Change tracking', async () => {
    for (const name of environmentNames) {
      const history = await story.stage.databases.history(name);
      expect([...(await story.stage.databases.ledger(name))]).toEqual([...history].sort());
      const files = await story.files(branchOf(name));
      const standing = new Map((await story.ran(name)).map((row) => [row.name, row]));
      standing.delete('0023_gift-wrap');
      expect([...standing.keys()].sort()).toEqual([...change, ...hotfix]);
      for (const { checksum, pull_request, name: migration } of standing.values()) {
        const [path = ''] = Object.keys(files).filter((one) => one.startsWith(`migrations/${migration}.`));
        const { data } = await rest().git.getBlob({ ...shop, file_sha: files[path] ?? '' });
        const content = Buffer.from(data.content, 'base64');
        expect(createHash('sha256').update(content).digest('hex')).toBe(checksum);
        expect((await pull(pull_request)).merged).toBe(true);
      }
    }
    const status = await command(story.stage, 'rita', 1, '/status', /Pending/);
    expect(status.match(/\| 24 \| `0027_birthday` \| none \| ✅ up to date \|/g)).toHaveLength(3);
  });

  it('Rollback by reverting the branch to a previous state', async () => {
    const before = async (number: number) => {
      const { merge_commit_sha: sha } = await pull(number);
      const { data } = await rest().git.getCommit({ ...shop, commit_sha: sha ?? '' });
      return story.files(data.parents[0]?.sha ?? '');
    };
    const after = async (number: number) => story.files((await pull(number)).merge_commit_sha ?? '');
    expect(await after(8)).toEqual(await before(7));
    expect(await after(5)).toEqual(await before(4));
    const ways = async (environment: 'dev' | 'prod', migration: string) =>
      (await story.ran(environment)).flatMap(({ name, direction }) =>
        name === migration ? [direction] : [],
      );
    expect(await ways('dev', '0023_gift-wrap')).toEqual(['up', 'down']);
    expect(await story.stage.databases.hasColumn('dev', 'orders', 'gift_wrap')).toBe(false);
    expect(await ways('prod', '0021_order-notes')).toEqual(['up', 'down', 'up']);
    expect(await after(6)).toEqual(await before(5));
    expect(await story.audit('--pull', '4', '--action', 'held')).toContain('the branch still holds that');
    expect(await story.audit('--pull', '4', '--action', 'released')).toContain('branch and history agree');
  });

  it('Uniform schemas', async () => {
    const { databases } = story.stage;
    const [dev, ...others] = await Promise.all(environmentNames.map((name) => databases.schema(name)));
    expect(others).toEqual([dev, dev]);
    const told = (line: string) => command(story.stage, 'ben', 1, line, /schema of/);
    await databases.runByHand('dev', 'CREATE INDEX by_hand ON customers (name)');
    expect(await told('/drift dev')).toMatch(/CREATE INDEX by_hand ON public\.customers/);
    expect(await told('/drift prod')).toMatch(/`dev` has the same history; the two schemas differ by/);
    expect(await databases.holds()).toBe(0);
    await databases.runByHand('dev', 'DROP INDEX by_hand');
    expect(await told('/drift dev')).toMatch(/`prod` has the same history, and the same schema/);
  });

  it('Controlled promotion', async () => {
    expect((await pull(2)).merged).toBe(false);
    expect(await story.said(2, 'plan')).toContain('and has never run there');
    for (const [number, from, by] of [
      [3, 'dev', 1],
      [4, 'qa', 3],
    ] as const) {
      const record = await story.said(number, 'plan');
      expect(record).toContain(`### Promotion from \`${from}\``);
      for (const name of change)
        expect(record).toMatch(
          new RegExp(`✅ \\| \`${name}\` \\| ready \\|[^|]* \\(#${by}\\) \\| .* \\| the same`),
        );
    }
    const [dev = [], qa = [], prod = []] = await Promise.all(environmentNames.map((name) => story.ran(name)));
    const first = (rows: typeof dev, name: string) => rows.find((row) => row.name === name)?.applied_at ?? 0;
    for (const name of change) {
      expect(+first(dev, name)).toBeLessThan(+first(qa, name));
      expect(+first(qa, name)).toBeLessThan(+first(prod, name));
    }
    for (const name of hotfix)
      for (const rows of [qa, dev]) expect(+first(prod, name)).toBeLessThan(+first(rows, name));
    await command(story.stage, 'ben', 1, '/promote qa', /Every migration on `dev` is on `qa` as well/);
  });

  it('Separate teams on their branches', async () => {
    for (const [branch, environment] of [
      ['qa', 'qa'],
      ['main', 'prod'],
    ]) {
      const { data } = await rest().repos.getBranchProtection({ ...shop, branch: branch ?? '' });
      expect(data.required_status_checks?.checks).toEqual(
        ['plan', 'gate'].map((kind) => ({
          context: `tidegate / ${kind} (${environment ?? ''})`,
          app_id: story.stage.appId,
        })),
      );
    }
    expect((await rest().repos.getBranch({ ...shop, branch: 'dev' })).data.protected).toBe(false);
    const qa = await story.said(3, 'gate');
    expect(qa).toMatch(/refused: `dan` approved, but only approvals from a member of `acme\/testers`/);
    expect(qa).toMatch(/allowed: `eve` approved this plan/);
    const files = { 'migrations/0031_tiers.sql': '-- Up Migration\nSELECT 1;\n' };
    await push(story.stage, 'ben', 'tiers', files, 'Tiers', 'main');
    const { number } = await open(story.stage, 'ben', {
      head: 'tiers',
      base: 'main',
      title: 'Tiers',
      body: '',
    });
    await label(story.stage, 'ben', number, 'hotfix');
    await checkSaying(story.stage, number, 'plan', /a hotfix: it has not run on/);
    await approve(story.stage, 'eve', number);
    const gate = await checkSaying(story.stage, number, 'gate', /`eve` approved, but only/);
    expect(gate.conclusion).toBe('action_required');
    await close(story.stage, 'ben', number);
  });

  it('Approval workflows', async () => {
    const { data: reviews } = await rest().pulls.listReviews({ ...shop, pull_number: 4 });
    expect(reviews.map(({ user, state }) => [user?.login, state])).toEqual(
      ['cleo', 'rita', 'dan'].map((login) => [login, 'APPROVED']),
    );
    const said = await story.said(4, 'gate');
    expect(said).toMatch(/refused: `cleo` approved, but wrote a commit of it/);
    expect(said).toMatch(/refused: `rita` approved, but only approvals from a member of `acme\/dba` count/);
    expect(said).toMatch(/allowed: `dan` approved this plan/);
    const decisions = await decisionsOn(12);
    const allowed = decisions.filter(({ status }) => status === 'allowed');
    const [first, second, ...more] = [...new Set(allowed.map(({ digest }) => digest))];
    expect([first === undefined, second === undefined, more]).toEqual([false, false, []]);
    const ofSecond = decisions.filter(({ digest }) => digest === second);
    expect(ofSecond[0]?.status).toBe('waiting');
    // The push that changed no SQL, and the merge.
    const commits = ofSecond.flatMap(({ status, commit }) => (status === 'allowed' ? [commit] : []));
    expect(new Set(commits).size).toBe(3);
  });

  const decision = z.object({
    digest: z.string().nullable(),
    commit: z.string().nullable(),
    detail: z.object({ status: z.string() }),
  });
  const decisionsOn = async (number: number) => {
    const out = await story.audit('--pull', String(number), '--action', 'gate-decided', '--format', 'json');
    return out
      .trimEnd()
      .split('\n')
      .map((line) => decision.parse(JSON.parse(line)))
      .map(({ detail, ...row }) => ({ ...row, status: detail.status }));
  };

  it('Credentials for each environment', async () => {
    const { databases } = story.stage;
    for (const name of environmentNames) {
      const [role] = await story.rows(
        name,
        `SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb AS may_more,
                pg_get_userbyid(relowner) AS owner
           FROM pg_roles, pg_class WHERE rolname = current_user AND relname = 'orders'`,
      );
      expect(role).toEqual({ rolname: `shop_${name}`, may_more: false, owner: `shop_${name}` });
      for (const other of ['dev', 'qa', 'prod', 'control'].filter((one) => one !== name)) {
        const url = new URL(databases.url(name));
        url.pathname = `/${other}`;
        await expect(withClient(url.href, (client) => client.query('SELECT 1'))).rejects.toThrow(
          `permission denied for database "${other}"`,
        );
      }
    }
    expect(serverFile.match(/url: .*/g)).toEqual(
      ['SHOP_DEV', 'SHOP_QA', 'SHOP_PROD', 'CONTROL'].map((name) => `url: env:${name}_URL`),
    );
    const written = [
      await readFile(story.stage.appLog, 'utf8'),
      await story.audit('--format', 'json'),
      JSON.stringify(await story.comments()),
    ].join('\n');
    for (const name of [...environmentNames, 'control'] as const)
      expect(written).not.toContain(new URL(databases.url(name)).password);
  });

  it('Audit', async () => {
    const lines = await story.audit('--environment', 'prod');
    for (const [number, login, action, words] of [
      [4, 'ben', 'applied', '0021_order-notes'],
      [4, 'dan', 'rollback-asked', 'digest'],
      [4, 'cleo', 'confirmed', 'digest'],
      [4, 'dan', 'rolled-back', '0021_order-notes'],
      [12, 'dan', 'drift-reverted', 'done'],
    ] as const)
      expect(lines).toMatch(new RegExp(` prod +#${number} +${login} +${action} +.*${words}`));
    expect(await story.audit('--actor', 'rita')).toMatch(/#4 +rita +command-refused .*`rita` may not use/);
    for (const name of environmentNames) {
      const done = (await story.audit('--environment', name)).match(/ (applied|rolled-back) +\d{4}_/g) ?? [];
      expect(done).toHaveLength((await story.ran(name)).length);
    }
    await expect(story.rows('control', 'UPDATE tidegate.audit SET actor = actor')).rejects.toThrow();
  });

  it('is what its document says', async ({ task }) => {
    const text = await readFile(documentPath, 'utf8');
    const promises = (task.suite?.tasks ?? []).map(({ name }) => name).filter((name) => name !== task.name);
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(promises);
    const printed = story.checks.map(({ step, title }) => `Step ${step}: ✓ ${title}`);
    const quoted = [...text.matchAll(/^- (.*✓.*)$/gm)].map(([, line]) => line);
    expect(quoted.length).toBeGreaterThan(30);
    expect(quoted.filter((line) => !printed.includes(line ?? ''))).toEqual([]);
    const audit = (await story.audit('--pull', '4')).split('\n').map(spaced);
    const shown = (/```\n([^`]*(?:`[^`]+`[^`]*)*)\n```/.exec(text)?.[1] ?? '').split('\n');
    expect(shown.length).toBeGreaterThan(3);
    for (const line of shown) {
      const parts = line.split('…').map((part) => spaced(part).trim());
      expect(audit.filter((row) => parts.every((part) => row.includes(part)))).not.toEqual([]);
    }
    expect(story.checks.filter(({ ok }) => !ok)).toEqual([]);
    const typed = new Set((await story.comments()).map(({ body }) => body));
    const commands = [...text.matchAll(/`(\/[^`]*)`/g)].map(([, line]) => line ?? '');
    expect(commands.filter((line) => !typed.has(line) && line !== '/drift adopt prod')).toEqual([]);
  });
});
