import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSources } from '../../src/migrations/read.ts';
import { discover, memoryCache, treeOf } from './migrations-folder.ts';

const [file] = discover(['1_a.sql']).migrations;
const [code] = discover(['1_a.js']).migrations;
if (file === undefined || code === undefined) throw new Error('two migrations were expected');

function read(bytes: Uint8Array | string, of = file): ReturnType<typeof readSources> {
  if (of === undefined) throw new Error('a migration was expected');
  return readSources(treeOf({ [of.blob]: Buffer.from(bytes) }), [of], memoryCache());
}

describe('reading migrations', () => {
  it('keeps the raw bytes and their SHA-256, whatever the line ends', async () => {
    const text = 'SELECT 1;\r\n-- é\r\n';
    const { sources, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(sources[0]?.checksum).toBe(createHash('sha256').update(text).digest('hex'));
    expect(Buffer.from(sources[0]?.content ?? []).toString()).toBe(text);
  });

  it('asks for a blob once and takes it from the cache afterwards', async () => {
    const tree = treeOf({ [file.blob]: Buffer.from('SELECT 1') });
    const cache = memoryCache();
    await readSources(tree, [file], cache);
    const { sources } = await readSources(tree, [file], cache);
    expect(tree.reads).toEqual([file.blob]);
    expect(Buffer.from(sources[0]?.content ?? []).toString()).toBe('SELECT 1');
  });

  it.each([
    ['over 1 MiB', 'x'.repeat(1024 * 1024 + 1), 'file-too-large', 'may have 1 MiB', undefined],
    [
      'not UTF-8',
      Buffer.from("-- ok é\nSELECT '\xff'", 'latin1'),
      'file-not-utf8',
      'byte 6 (E9, counted from 0)',
      1,
    ],
    ['cut in a character', Buffer.from([0x2d, 0x2d, 0x0a, 0xc3]), 'file-not-utf8', 'byte 3 (C3', 2],
    ['with a NUL', 'SELECT 1;\n\0', 'file-not-utf8', 'Byte 10 of the file is NUL', 2],
    ['with a byte order mark', '\ufeffSELECT 1', 'file-not-utf8', 'byte order mark', 1],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      'file-unusual',
      'LFS pointer',
      undefined,
    ],
    ['empty', '', 'file-empty', 'is empty', undefined],
    ['blank', ' \n\t\n', 'file-empty', 'is empty', undefined],
  ])('refuses a file that is %s', async (_, bytes, problem, words, line) => {
    const { sources, problems } = await read(bytes);
    expect(sources).toEqual([]);
    expect(problems).toMatchObject([{ code: problem, path: file.path, migration: '1_a' }]);
    expect(problems[0]?.message).toContain(words);
    expect(problems[0]?.line).toBe(line);
  });

  it('refuses code over 240 KiB', async () => {
    const { problems } = await read(`// ${'x'.repeat(240 * 1024)}`, code);
    expect(problems).toMatchObject([{ code: 'file-too-large' }]);
  });
});
