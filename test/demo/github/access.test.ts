import { generateKeyPairSync } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { describe, expect, it } from 'vitest';
import { HERE, openedPull, scene, SILENT } from './scene.ts';

const status = (code: number): unknown => expect.objectContaining({ status: code });
const saying = (words: string): unknown => expect.stringContaining(words);

describe('access', () => {
  it('is refused without credentials and with bad ones', async () => {
    const at = await scene();
    for (const auth of [undefined, 'ghp_nonsense', 'a.b.c'])
      await expect(
        new Octokit({ baseUrl: at.github.url, auth, log: SILENT }).rest.repos.get(HERE),
      ).rejects.toEqual(status(401));
  });

  it('is refused to a JWT of another key, and to one whose time is over', async () => {
    let now = new Date();
    const at = await scene({ now: () => now });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const stranger = new Octokit({
      baseUrl: at.github.apiUrl,
      log: SILENT,
      authStrategy: createAppAuth,
      auth: { appId: at.app.id, privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() },
    });
    await expect(stranger.rest.apps.getAuthenticated()).rejects.toEqual(status(401));
    const own = createAppAuth({ appId: at.app.id, privateKey: at.privateKey });
    const { token } = await own({ type: 'app' });
    const app = new Octokit({ baseUrl: at.github.apiUrl, auth: token, log: SILENT }).rest.apps;
    expect((await app.getAuthenticated()).data?.slug).toBe('tide');
    now = new Date(now.getTime() + 11 * 60_000);
    await expect(app.getAuthenticated()).rejects.toEqual(status(401));
  });

  it('ends with the hour of an installation token', async () => {
    let now = new Date();
    const at = await scene({ now: () => now });
    const bot = (await at.asInstallation()).rest;
    await bot.repos.get(HERE);
    now = new Date(now.getTime() + 3_600_001);
    await expect(bot.repos.get(HERE)).rejects.toEqual(status(401));
  });

  it('is as narrow as the token was asked to be', async () => {
    const at = await scene();
    const { sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const other = await at.github.createRepository({ owner: 'acme', name: 'other', files: { a: 'b' } });
    at.github.installApp(at.app, other);
    const narrow = (await at.asInstallation({ permissions: { contents: 'read' }, repositories: ['other'] }))
      .rest;
    await narrow.repos.getContent({ owner: 'acme', repo: 'other', path: 'a' });
    await expect(narrow.repos.getContent({ ...HERE, path: 'README.md' })).rejects.toEqual(status(404));
    const reader = (await at.asInstallation({ permissions: { checks: 'read' } })).rest;
    await reader.checks.listForRef({ ...HERE, ref: sha });
    await expect(reader.checks.create({ ...HERE, name: 'plan', head_sha: sha })).rejects.toMatchObject({
      status: 403,
      message: saying('Resource not accessible by integration'),
    });
    await expect(at.asInstallation({ permissions: { administration: 'write' } })).rejects.toEqual(
      status(422),
    );
    await expect(at.asInstallation({ repositories: ['nothing'] })).rejects.toEqual(status(422));
  });

  it('is refused while the installation is suspended', async () => {
    const at = await scene();
    const bot = (await at.asInstallation()).rest;
    at.github.suspend(at.installation, true);
    await expect(bot.repos.get(HERE)).rejects.toEqual(status(403));
    await expect(at.asInstallation()).rejects.toEqual(status(403));
    at.github.suspend(at.installation, false);
    await bot.repos.get(HERE);
  });

  it.each([
    ['ada', 'admin', 'admin'],
    ['wanda', 'write', 'maintain'],
    ['wim', 'write', 'write'],
    ['rita', 'read', 'read'],
    ['sid', 'none', 'none'],
  ])('folds %s’s permission to %s and calls the role %s', async (username, permission, role) => {
    const at = await scene();
    const bot = (await at.asInstallation()).rest;
    const { data } = await bot.repos.getCollaboratorPermissionLevel({ ...HERE, username });
    expect(data).toMatchObject({ permission, role_name: role });
  });

  it('lets a reader review and comment, and nobody approve their own', async () => {
    const at = await scene();
    const { number, sha } = await openedPull(at, { branch: 'one', files: { 'a.txt': '1\n' } });
    const pull = { ...HERE, pull_number: number };
    const { data } = await at.as('rita').rest.pulls.createReview({ ...pull, event: 'APPROVE' });
    expect(data).toMatchObject({ state: 'APPROVED', commit_id: sha, user: { login: 'rita' } });
    await at.as('rita').rest.issues.createComment({ ...HERE, issue_number: number, body: 'Nice' });
    await expect(at.as('wim').rest.pulls.createReview({ ...pull, event: 'APPROVE' })).rejects.toMatchObject({
      status: 422,
      message: saying('Can not approve your own pull request'),
    });
  });

  it('takes no writes to an archived repository', async () => {
    const at = await scene();
    await at.as('ada').rest.repos.update({ ...HERE, archived: true });
    const write = at.as('wim').rest.issues.create({ ...HERE, title: 'Too late' });
    await expect(write).rejects.toEqual(status(403));
  });
});
