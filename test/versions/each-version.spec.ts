import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { installVersion, installedMajors } from '../../src/database/embedded/installed-versions.ts';
import { pinnedVersions } from '../../src/database/embedded/pinned-versions.ts';
import { place, start, tidegate, write } from '../cli/tidegate.ts';
import { createDatabase, databaseUrl, withClient } from '../support/postgres.ts';

const major = inject('major');
const shop =
  '-- Up Migration\nCREATE TABLE shop (id int PRIMARY KEY);\n-- Down Migration\nDROP TABLE shop;\n';

/** Proxies and certificates of this machine. */
function wayToTheRegistry(): Readonly<Record<string, string>> {
  const names = Object.entries(process.env).filter(([name]) =>
    /^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_.*)$/i.test(name),
  );
  return Object.fromEntries(names.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

describe(`PostgreSQL ${major}`, () => {
  it('is what the tests of this project run on', async () => {
    const version = await withClient(databaseUrl('postgres'), async (client) => {
      const { rows } = await client.query<{ version: number }>(
        `SELECT current_setting('server_version_num')::int AS version`,
      );
      return rows[0]?.version;
    });
    expect(Math.floor((version ?? 0) / 10_000)).toBe(major);
  });

  it('is what a plan of a target of that version is tried on where it is installed, and else the plan says so', async () => {
    const at = await place();
    await write(at, { 'migrations/0001_shop.sql': shop });
    await using target = await createDatabase('versions');
    const plan = (variables: Readonly<Record<string, string>>) =>
      start({ at, args: ['plan', '--against', target.url], variables }).result;
    const same = await plan({ TIDEGATE_DATA: inject('versionsData') });
    expect(same.err).toBe('');
    expect(same.status).toBe(0);
    expect(same.out).toMatch(/^1\. 0001_shop up/);
    const other = await plan({});
    expect(other.status).toBe(0);
    expect(other.out.split('\n')[0]).toBe(
      `The target is PostgreSQL ${major}, the shadow 18: what differs between them is not seen here. To mend that, ` +
        `whoever runs Tidegate runs \`tidegate shadow install ${major}\` there, or names a server of version ${major} ` +
        'under `shadow.servers` in tidegate.yml (docs/shadow.md).',
    );
  });

  it('is installed by the command, and again', async () => {
    const at = await place();
    for (const time of ['once', 'twice']) {
      const call = { at, args: ['shadow', 'install', String(major)], variables: wayToTheRegistry() };
      const { status, out, err } = await start(call).result;
      expect({ time, status, err }).toEqual({ time, status: 0, err: '' });
      expect(out).toContain(`${pinnedVersions[major]?.version ?? ''} is installed`);
    }
    expect((await tidegate(at, 'shadow')).out).toContain(`PostgreSQL ${major}: installed`);
  });

  it('is not installed with another content than the one that was looked at', async () => {
    const folder = join((await place()).directory, 'postgres');
    const pinned = pinnedVersions[major];
    const integrity = { [process.arch]: `sha512-${Buffer.alloc(64).toString('base64')}` };
    const forged = { [major]: { version: pinned?.version ?? '', integrity } };
    const installing = installVersion({ major, folder, variables: process.env }, forged);
    await expect(installing).rejects.toThrow('EINTEGRITY');
    expect(await installedMajors(folder)).toEqual([]);
  });
});
