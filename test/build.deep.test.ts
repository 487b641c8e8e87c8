import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { leftBy, place, tidegate, write, type Place } from './cli/tidegate.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const entry = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

const shop = `-- Up Migration
CREATE TABLE shop (id int PRIMARY KEY);
-- Down Migration
DROP TABLE shop;
`;
const inCode = `exports.up = (pgm) => pgm.addColumn('shop', { name: { type: 'text' } });
exports.down = (pgm) => pgm.dropColumn('shop', 'name');
`;

/** Runs what `npm run build` made. */
async function built(at: Place, ...args: readonly string[]): Promise<{ out: string; err: string }> {
  const { stdout, stderr } = await run(process.execPath, [entry, ...args], {
    cwd: at.directory,
    env: { PATH: process.env['PATH'], TMPDIR: at.temporary },
    maxBuffer: 64 * 1024 ** 2,
  });
  return { out: stdout, err: stderr };
}

const withoutTimes = (text: string): string => text.replace(/\b(under )?\d+(\.\d+)? m?s\b/g, 'N ms');

describe('the built command', () => {
  beforeAll(() => run(process.execPath, ['build.ts'], { cwd: root }));

  it('plans as the sources do, as text and as Markdown, what is in SQL and what runs in the sandbox', async () => {
    const at = await place();
    await write(at, {
      'migrations/1700000000000_shop.sql': shop,
      'migrations/1700000000001_name.js': inCode,
      'migrations/1700000000002_index.sql': 'CREATE INDEX shop_name ON shop (name);\n',
    });
    for (const format of ['text', 'markdown']) {
      const args = ['plan', '--base', '1', '--fail-on', 'none', '--format', format];
      const expected = await tidegate(at, ...args);
      expect(expected.out).toContain('1700000000001_name');
      const { out, err } = await built(at, ...args);
      expect(withoutTimes(out)).toBe(withoutTimes(expected.out));
      expect({ err, left: await leftBy(at) }).toEqual({ err: '', left: [] });
    }
  });

  it('starts the service and tells the whole story', async () => {
    const at = await place();
    const { out } = await built(at, 'demo', '--exit', '--fast');
    expect(out).toMatch(/\d+ checks, 0 of them failed/);
  }, 120_000);

  it('says under which licence each package is a part of it', async () => {
    const text = await readFile(new URL('../dist/LICENSES.txt', import.meta.url), 'utf8');
    const named = [...text.matchAll(/^(\S+) \d\S* \((.+)\)$/gm)].map(([, name, licence]) => ({
      name,
      licence,
    }));
    expect(named.map(({ name }) => name)).toEqual(expect.arrayContaining(['pg', 'zod']));
    for (const { licence } of named) expect(['MIT', 'ISC', 'BSD-3-Clause', 'Apache-2.0']).toContain(licence);
  });
});
