import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod: { branch: main, protected: true, approvals: { required: 1, from: [role:write] } }
`;

function table(name: string): string {
  return `-- Up Migration\nCREATE TABLE ${name} (id int PRIMARY KEY);\n\n-- Down Migration\nDROP TABLE ${name};\n`;
}

describe('what stands on a pull request', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      repositoryFile,
      environments: ['dev', 'prod'],
      branches: ['dev'],
      migrations: { '0001_shop.sql': table('shop') },
      applied: true,
    });
    await world.settled();
  });
  afterEach(() => expect(world.violations()).toEqual([]));
  afterAll(() => world.close());

  async function propose(head: string, base: string, files: Record<string, string | null>): Promise<number> {
    const about = { branch: head, files, message: head, author: { login: 'wim' }, from: base };
    await world.github.commitFiles(world.repository, about);
    const { data } = await world.as('wim').rest.pulls.create({ ...SHOP, head, base, title: head });
    await world.settled();
    return data.number;
  }

  async function merge(number: number): Promise<void> {
    await world.as('wim').rest.pulls.merge({ ...SHOP, pull_number: number });
    await world.settled();
  }

  async function say(number: number, body: string): Promise<number> {
    const { data } = await world.as('wim').rest.issues.createComment({ ...SHOP, issue_number: number, body });
    await world.settled();
    return data.id;
  }

  /** The App's first comment, which it keeps up to date. */
  async function sticky(number: number): Promise<string> {
    const { data } = await world.as('wim').rest.issues.listComments({ ...SHOP, issue_number: number });
    return data.find(({ user }) => user?.type === 'Bot')?.body ?? '';
  }

  async function lastSaid(number: number): Promise<string> {
    const { data } = await world.as('wim').rest.issues.listComments({ ...SHOP, issue_number: number });
    return data.at(-1)?.body ?? '';
  }

  async function reactions(commentId: number): Promise<readonly string[]> {
    const { data } = await world.as('wim').rest.reactions.listForIssueComment({
      ...SHOP,
      comment_id: commentId,
    });
    return data.map(({ content }) => content).sort();
  }

  it('a /plan that was done has the rocket', async () => {
    const number = await propose('parcels', 'dev', { 'migrations/0002_parcels.sql': table('parcels') });
    expect(await reactions(await say(number, '/plan'))).toEqual(['eyes', 'rocket']);
  });

  it('a /plan of what was closed meanwhile has no rocket, and says why', async () => {
    const number = await propose('boxes', 'dev', { 'migrations/0002_boxes.sql': table('boxes') });
    // GitHub fails while the plan of a new head is made: the plan is waiting for its next try when the door closes.
    world.github.hooks.drop(({ event }) => event === 'push' || event === 'pull_request', 2);
    const about = { branch: 'boxes', message: 'More', author: { login: 'wim' } };
    const files = { 'migrations/0003_more.sql': table('more') };
    const head = await world.github.commitFiles(world.repository, { ...about, files });
    world.github.hooks.failNext('GET', new RegExp(`/compare/.*${head}`), 502, 3);
    const asked = { ...SHOP, issue_number: number, body: '/plan' };
    const { data: comment } = await world.as('wim').rest.issues.createComment(asked);
    await expect.poll(() => waitingForNextTry(world), { timeout: 10_000 }).toBe(1);
    await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, state: 'closed' });
    await world.settled();
    expect(await reactions(comment.id)).toEqual(['confused', 'eyes']);
    expect(await lastSaid(number)).toMatch(/`\/plan` was not done.*this one has been closed meanwhile/);
  });

  it('answers on an issue that it opened itself', async () => {
    const held = await propose('crates', 'main', { 'migrations/0002_crates.sql': table('crates') });
    await merge(held);
    const { data } = await world.as('wim').rest.issues.listForRepo({ ...SHOP, creator: 'tidegate[bot]' });
    const [alert] = data;
    expect(alert?.title).toContain('prod');
    expect(await reactions(await say(alert?.number ?? 0, '/help'))).toEqual(['eyes', 'rocket']);
    await say(alert?.number ?? 0, '/plan');
    expect(await lastSaid(alert?.number ?? 0)).toMatch(
      /An open pull request was expected, but this is an issue\./,
    );
    await say(held, '/plan');
    expect(await lastSaid(held)).toMatch(/expected, but this one is merged\./);
    await merge(await propose('no-crates', 'main', { 'migrations/0002_crates.sql': null }));
  });

  it('says that nothing ran once a pull request without migrations is merged', async () => {
    const number = await propose('readme', 'dev', { 'README.md': '# Our shop\n' });
    expect(await sticky(number)).toContain('You can merge.');
    await merge(number);
    expect(await sticky(number)).toContain('**✅ Merged: there was nothing to run on `dev`.**');
  });

  it('no longer says "on hold" once a revert has ended the hold, there or anywhere', async () => {
    const held = await propose('letters', 'main', { 'migrations/0002_letters.sql': table('letters') });
    const other = await propose('stamps', 'main', { 'migrations/0003_stamps.sql': table('stamps') });
    await merge(held);
    expect(await sticky(held)).toContain('**✋ Merged, but not run on `prod`.**');
    expect(await sticky(other)).toContain('**⏳ Not yet: `prod` is on hold.**');
    const revert = await propose('no-letters', 'main', { 'migrations/0002_letters.sql': null });
    await merge(revert);
    expect(await sticky(held)).toContain('**✅ Merged, and nothing of it is left to run on `prod`.**');
    expect(await sticky(held)).not.toContain('`prod` is on hold');
    expect(await sticky(revert)).toContain('**✅ Merged: there was nothing to run on `prod`.**');
    expect(await sticky(other)).toContain('Not yet: it needs approval.');
    expect(await world.history('prod')).toEqual(['0001_shop']);
  });
});

async function waitingForNextTry({ control }: World): Promise<number> {
  const { rows } = await withClient(control.url, (client) =>
    client.query(`SELECT id FROM pgboss.job WHERE state = 'retry'`),
  );
  return rows.length;
}
