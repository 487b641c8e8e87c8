import { describe, expect, it } from 'vitest';
import { createTargets } from '../../src/database/target/targets.ts';
import { versionComplaint } from '../../src/database/target/refusals.ts';
import { TargetUnavailable } from '../../src/ports/target.ts';
import { dev, openTarget, settings, silentLog, wait } from '../support/target-fixture.ts';

function at(url: () => Promise<string>): ReturnType<typeof createTargets> {
  const database = { url, readUrl: () => Promise.resolve(null) };
  return createTargets(new Map([['1/dev', database]]), { log: silentLog, wait, random: () => 0 });
}

async function refusal(url: () => Promise<string>): Promise<string> {
  const answer = await at(url)
    .read(dev, settings)
    .catch((error: unknown) => error);
  if (!(answer instanceof TargetUnavailable)) throw new Error('it was available');
  return answer.message;
}

describe('a target that cannot be used', () => {
  it('says where it was looked for, and never the password', async () => {
    const words = await refusal(() => Promise.resolve('postgres://app:hunter2@127.0.0.1:1/shop'));
    expect(words).toContain(
      'environment dev cannot be reached at 127.0.0.1:1/shop: connect ECONNREFUSED 127.0.0.1:1.',
    );
    expect(words).toContain('Check that it is up');
    expect(words).not.toContain('hunter2');
  });

  it('passes on PostgreSQL’s words where the database is missing', async () => {
    await using target = await openTarget();
    const url = new URL(target.url);
    url.pathname = '/not_there';
    expect(await refusal(() => Promise.resolve(url.href))).toContain('database "not_there" does not exist');
  });

  it('says that the secret could not be read', async () => {
    const words = await refusal(() => Promise.reject(new Error('SHOP_DEV_URL is not set')));
    expect(words).toContain('its address could not be read. SHOP_DEV_URL is not set');
  });

  it('takes no text that is no URL, and does not repeat it', async () => {
    expect(await refusal(() => Promise.resolve('not a url hunter2'))).not.toContain('hunter2');
  });

  it('says which rights a role lacks', async () => {
    await using target = await openTarget();
    await target.locked(() => Promise.resolve());
    await target.client.query('REVOKE ALL ON pgmigrations FROM PUBLIC');
    const role = `reader_${new URL(target.url).pathname.slice(1)}`;
    await target.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'`);
    const url = new URL(target.url);
    url.username = role;
    url.password = 'reader';
    const words = await refusal(() => Promise.resolve(url.href));
    await target.client.query(`DROP ROLE ${role}`);
    expect(words).toContain('permission denied');
    expect(words).toContain('needs USAGE on both schemas and SELECT on their tables');
  });

  it('counts no rows by a role that row security shows only some of', async () => {
    await using target = await openTarget();
    const role = `reader_${new URL(target.url).pathname.slice(1)}`;
    await target.client.query(
      `CREATE TABLE bills (id int); INSERT INTO bills SELECT generate_series(1, 5000); ANALYZE bills;
       ALTER TABLE bills ENABLE ROW LEVEL SECURITY;
       CREATE ROLE ${role} LOGIN PASSWORD 'reader'; GRANT SELECT ON bills TO ${role}`,
    );
    const url = new URL(target.url);
    url.username = role;
    url.password = 'reader';
    const answer = await at(() => Promise.resolve(url.href))
      .estimateRows(dev, ['public.bills'])
      .catch((error: unknown) => error);
    await target.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    expect(answer).toBeInstanceOf(TargetUnavailable);
    expect(String(answer)).toMatch(/row-level security/);
    expect([...(await target.targets.estimateRows(dev, ['public.bills'])).values()]).toEqual([5000]);
  });

  it('names the environment for which no database is configured', async () => {
    const targets = at(() => Promise.resolve(''));
    const other = { repositoryId: 2, environment: 'prod' };
    expect(targets.has(other)).toBe(false);
    expect(targets.has(dev)).toBe(true);
    await expect(targets.read(other, settings)).rejects.toThrow(
      /No database is configured for environment prod/,
    );
  });

  it('is of a version that is known', () => {
    expect(versionComplaint(130_018, true)).toContain('PostgreSQL 13; Tidegate needs 14 or newer');
    expect(versionComplaint(140_000, false)).toBeNull();
    expect(versionComplaint(180_004, false)).toBeNull();
    expect(versionComplaint(190_000, false)).toContain('knows 14 to 18');
    expect(versionComplaint(190_000, true)).toBeNull();
  });
});
