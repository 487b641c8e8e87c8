import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveSecret } from '../../src/config/resolve-secret.ts';
import { parseSecretReference, type SecretReference } from '../../src/config/secret-reference.ts';

const env = { PATH: process.env['PATH'], SHOP_URL: 'postgres://app:hunter2@db/shop', EMPTY: ' ' };

function reference(text: string): SecretReference {
  const parsed = parseSecretReference(text);
  if (parsed === null) throw new Error(`${text} is no reference`);
  return parsed;
}

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function failureOf(text: string): Promise<string> {
  const error: unknown = await resolveSecret(reference(text), env).then(
    () => null,
    (failure: unknown) => failure,
  );
  return error instanceof Error ? error.message : 'It was found.';
}

describe('a reference to a secret', () => {
  it('is a variable, a file or what a command prints', async () => {
    const file = join(await folder(), 'secret');
    await writeFile(file, `${env.SHOP_URL}\n`);
    const node = JSON.stringify(process.execPath);
    const script = '"process.stdout.write(process.env.SHOP_URL + String.fromCharCode(10))"';
    for (const text of ['env:SHOP_URL', `file:${file}`, `exec:${node} -e ${script}`]) {
      expect(await resolveSecret(reference(text), env)).toBe(env.SHOP_URL);
    }
  });

  it('gives a command its arguments as they are: no shell reads them', async () => {
    const text = `exec:${JSON.stringify(process.execPath)} -p process.argv[1] '$(id); echo $PATH'`;
    expect(await resolveSecret(reference(text), env)).toBe('$(id); echo $PATH');
  });

  it.each([
    ['env:MISSING', 'The environment variable MISSING is not set.'],
    ['env:EMPTY', 'The environment variable EMPTY is empty.'],
    ['file:/does/not/exist', 'The file /does/not/exist cannot be read (ENOENT).'],
    ['exec:/does/not/exist --token hunter2', 'The command /does/not/exist failed (ENOENT).'],
  ])('%s that cannot be had says which it is', async (text, message) => {
    const failure = await failureOf(text);
    expect(failure).toContain(message);
    expect(failure).not.toContain('hunter2');
  });

  it('does not repeat what a failing command printed', async () => {
    const script =
      '"console.log(process.env.SHOP_URL); console.error(process.env.SHOP_URL); process.exit(3)"';
    const failure = await failureOf(`exec:${process.execPath} -e ${script}`);
    expect(failure).toBe(`The command ${process.execPath} failed (exit code 3). Run it by hand to see why.`);
  });

  it.each(['', 'env:', 'env:A B', 'file:relative', 'exec:', 'postgres://app:hunter2@db/shop', 'ENV:X'])(
    'is not %j',
    (text) => expect(parseSecretReference(text)).toBeNull(),
  );
});
