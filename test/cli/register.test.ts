import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { registerFromManifest } from '../../src/demo/github/routes/app-routes.ts';
import { startSimulatedGitHub } from '../../src/demo/github/server.ts';
import { accountByLogin } from '../../src/demo/github/world.ts';
import { serviceSettings } from '../../src/service/settings.ts';
import { place, start, write } from './tidegate.ts';

const publicUrl = 'https://tidegate.acme.example';

describe('tidegate start without an App', () => {
  it('registers one and keeps what the service needs, beside what .env held', async () => {
    const at = await place();
    await write(at, { '.env': 'SHOP_PROD_URL=postgres://app@db/shop' });
    const now = (): Date => new Date();
    const github = await startSimulatedGitHub({ directory: at.temporary, now, random: randomUUID });
    github.createUser('ada', { name: 'ada', email: 'ada@acme.example' });
    github.createOrganisation('acme', ['ada']);
    const variables = {
      TIDEGATE_URL: publicUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      GH_ORG: 'acme',
      GITHUB_URL: github.url,
      GITHUB_API_URL: github.apiUrl,
    };
    const { child, result } = start({ at, args: ['start'], variables });
    const said = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text) => resolve(`${text}`)),
    );
    expect(said).toContain(`Open ${publicUrl} to register it`);
    const served = /served at (\S+) here/.exec(said)?.[1] ?? '';
    const page = await (await fetch(served)).text();
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(action).toContain('/organizations/acme/settings/apps/new?state');
    const state = /state(?:=|&#x3D;)([0-9a-f]+)/.exec(action)?.[1] ?? '';
    const manifest = (/name="manifest" value="([^"]+)"/.exec(page)?.[1] ?? '').replaceAll('&quot;', '"');
    const { redirect_url: back } = z.object({ redirect_url: z.string() }).parse(JSON.parse(manifest));
    expect(back).toBe(`${publicUrl}/register/done`);
    const owner = accountByLogin(github.world, 'acme');
    if (owner === undefined) throw new Error('there is no acme');
    const code = registerFromManifest(github.world, owner, JSON.parse(manifest));
    expect((await fetch(`${served}/register/done?code=${code}&state=forged`)).status).toBe(400);
    const done = await (await fetch(`${served}/register/done?code=${code}&state=${state}`)).text();
    expect(done).toContain('The App is registered.');
    child.kill('SIGTERM');
    expect(await result).toMatchObject({ status: 0, err: '' });
    await github.close();
    const file = join(at.directory, '.env');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const kept = parseEnv(await readFile(file, 'utf8'));
    expect(kept['SHOP_PROD_URL']).toBe('postgres://app@db/shop');
    expect(serviceSettings(kept)).toMatchObject({
      publicUrl,
      host: '127.0.0.1',
      port: 0,
      apiUrl: github.apiUrl,
    });
    expect(serviceSettings(kept).privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  });
});
