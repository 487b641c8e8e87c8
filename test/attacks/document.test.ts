import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('names no test in docs/security.md that is not there', () => {
  const text = readFileSync('docs/security.md', 'utf8');
  const named = [...text.matchAll(/`(test\/[\w/-]+)`/g)].map(([, path]) => path ?? '');
  const attacks = [...text.matchAll(/The tests: (.*?)[.;]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/`([\w-]+)`/g)].map(([, name]) => `test/attacks/${name ?? ''}`),
  );
  const all = [...named, ...attacks];
  expect(all.length).toBeGreaterThan(15);
  const isThere = (path: string): boolean =>
    ['', '.test.ts', '.deep.test.ts'].some((ending) => existsSync(`${path}${ending}`));
  expect(all.filter((path) => !isThere(path))).toEqual([]);
});
