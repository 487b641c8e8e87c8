import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { environmentsOn, nextOn } from '../../src/domain/shared-branch.ts';
import { environmentPolicies } from '../../src/config/environment-policies.ts';
import { parseRepositoryConfig } from '../../src/config/repository-config.ts';

const path = '.github/tidegate.yml';

function messageOf(text: string): string {
  try {
    parseRepositoryConfig(text, path);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
}

describe("the repository's file", () => {
  it('says for each environment what its branch is and who approves', () => {
    const config = parseRepositoryConfig(
      [
        'version: 1',
        'migrations: { directory: ./db/migrations/, table: history, schema: ops, decamelize: true, ignore: "\\\\..*" }',
        'environments:',
        '  dev: { branch: develop, protected: false }',
        '  prod:',
        '    branch: main',
        '    promotes_from: dev',
        "    approvals: { required: 2, from: ['@acme/dba', octocat, 'role:admin'] }",
        "    rollback: { approvals: 0, from: ['@acme/on-call'] }",
      ].join('\n'),
      path,
    );
    expect(config.migrations).toEqual({
      directory: 'db/migrations',
      table: 'history',
      schema: 'ops',
      decamelize: true,
      ignore: '\\..*',
    });
    expect(config.environments).toEqual([
      {
        name: 'dev',
        branch: 'develop',
        protected: false,
        promotesFrom: null,
        approvals: { required: 0, from: [{ kind: 'role', role: 'write' }] },
        rollback: { required: 0, from: [{ kind: 'role', role: 'write' }] },
      },
      {
        name: 'prod',
        branch: 'main',
        protected: true,
        promotesFrom: 'dev',
        approvals: {
          required: 2,
          from: [
            { kind: 'team', organisation: 'acme', slug: 'dba' },
            { kind: 'user', login: 'octocat' },
            { kind: 'role', role: 'admin' },
          ],
        },
        rollback: { required: 0, from: [{ kind: 'team', organisation: 'acme', slug: 'on-call' }] },
      },
    ]);
  });

  it('protects an environment that it says nothing about, by one approval of anybody with write', () => {
    const config = parseRepositoryConfig('version: 1\nenvironments:\n  prod: {}\n', path);
    expect(config.environments).toEqual([
      {
        name: 'prod',
        branch: 'prod',
        protected: true,
        promotesFrom: null,
        approvals: { required: 1, from: [{ kind: 'role', role: 'write' }] },
        rollback: { required: 1, from: [{ kind: 'role', role: 'write' }] },
      },
    ]);
  });

  it('says what is done about drift, and what is left alone until when', () => {
    const config = parseRepositoryConfig(
      [
        'version: 1',
        "drift: { ignore: [{ objects: 'extension pg_stat_statements', reason: ours, until: 2030-12-31 }] }",
        'environments:',
        '  dev: { branch: dev }',
        "  prod: { drift: { policy: warn, ignore: [{ objects: 'audit.*', reason: parts, until: 2027-01-31 }] } }",
      ].join('\n'),
      path,
    );
    const everywhere = { objects: 'extension pg_stat_statements', reason: 'ours', until: '2030-12-31' };
    const [dev, prod] = config.environments ?? [];
    expect(dev?.drift).toEqual({ ignore: [everywhere] });
    expect(prod?.drift).toEqual({
      policy: 'warn',
      ignore: [everywhere, { objects: 'audit.*', reason: 'parts', until: '2027-01-31' }],
    });
    const wrong = "version: 1\ndrift: { policy: off, ignore: [{ objects: '*', until: soon }], ignored: [] }";
    expect(messageOf(wrong)).toMatchInlineSnapshot(`
      ".github/tidegate.yml:2: drift.policy: expected warn or hold, found "off".
      .github/tidegate.yml:2: drift.ignore.0.objects: expected a pattern that says something beside *, found "*".
      .github/tidegate.yml:2: drift.ignore.0.reason: expected why they may differ, found nothing.
      .github/tidegate.yml:2: drift.ignore.0.until: expected a day as YYYY-MM-DD, the last on which it counts, found "soon".
      .github/tidegate.yml:2: drift.ignored: this key is not known. Did you mean ignore? Known here: policy, ignore."
    `);
  });

  it('names every mistake of its shape with its line, what was found and what was meant', async () => {
    const text = [
      'version: 2',
      'migration: {}',
      "migrations: { directory: ../other, ignore: '[', table: '' }",
      'environments:',
      '  Prod: { branch: main }',
      '  prod:',
      '    branch: main',
      '    soak: soon',
      '    windows: []',
      '    approvls: {}',
      '    approvals:',
      '      required: -1',
      '      from: []',
      '      when: []',
      '  qa:',
      '  dev: { branch: refs/heads/x, promotes_from: 7 }',
      "  uat: { approvals: { from: ['role:owner'] } }",
      '  pre:',
      '    approvals:',
      '      when:',
      '        - { rule: [drop-table, drop-tabel], required: 2 }',
      '        - { rule: everything, required: 2 }',
      '        - { statement: [drop table, DORP TABLE], required: 2 }',
      "        - { path: ['!migrations/', 'a/*/*/*/*****/b'], required: 2 }",
    ].join('\n');
    await expect(messageOf(text)).toMatchFileSnapshot('golden/mistakes-of-shape.txt');
  });

  it('takes no rule that asks for nobody in a list or beside a condition: it would be met by itself', () => {
    const text = [
      'version: 1',
      'environments:',
      '  dev: { protected: false, approvals: { required: 0 } }',
      '  prod:',
      '    approvals:',
      '      any:',
      "        - { required: 0, from: ['@acme/dba'] }",
      '        - all:',
      '            - { required: 0 }',
      '      all: [{ required: 1, any: [{ required: 0 }] }]',
      '      when:',
      '        - { hazard: high, required: 0 }',
    ].join('\n');
    const found = messageOf(text)
      .split('\n')
      .flatMap((line) => /environments\.(\S+): expected at least 1: .* found 0\.$/.exec(line)?.[1] ?? []);
    expect(found).toEqual([
      'prod.approvals.any.0.required',
      'prod.approvals.any.1.all.0.required',
      'prod.approvals.all.0.any.0.required',
      'prod.approvals.when.0.required',
    ]);
  });

  it('names every contradiction between its parts', async () => {
    const text = [
      'version: 1',
      'environments:',
      '  one: { branch: main, promotes_from: two }',
      '  two: { promotes_from: one }',
      '  three: { branch: main, promotes_from: tow, approvals: { required: 0 } }',
      '  four: { protected: false, approvals: { required: 2 } }',
      '  five: { promotes_from: one }',
    ].join('\n');
    await expect(messageOf(text)).toMatchFileSnapshot('golden/contradictions.txt');
  });

  it.each([
    ['nothing', ''],
    ['a list', '- 1'],
    ['broken YAML', 'version: [1\nenvironments: {}'],
    ['a key given twice', 'version: 1\nversion: 1'],
    ['two documents', 'version: 1\n---\nversion: 1'],
    ['a tag', 'version: !!js/function 1'],
    ['an alias of nothing', 'version: *one'],
    ['a file that swallows itself', 'version: 1\nenvironments: &all { dev: *all }'],
    ['a prototype', 'version: 1\nenvironments: { __proto__: { branch: main } }'],
    ['a merge key', 'version: 1\n<<: { environments: {} }'],
    ['a very long file', `version: 1\n${'# \n'.repeat(100_000)}`],
    [
      'aliases that grow without end',
      ['version: 1', 'a: &a [x, x]', ...'bcdefghij'.split('').map(growing)].join('\n'),
    ],
  ])('is refused where it is %s', (_what, text) => {
    expect(messageOf(text)).toMatch(/^\.github\/tidegate\.yml:\d+: /);
  });

  it.each(['/etc', '..', 'a/../b', 'a//b', '.', '', 'C:/x', 'a\\b', 'migrations/*'])(
    'takes no migrations from the folder %j',
    (directory) => {
      const text = `version: 1\nmigrations: { directory: ${JSON.stringify(directory)} }`;
      expect(messageOf(text)).toContain(
        'migrations.directory: expected a folder inside the repository, from its root',
      );
    },
  );

  it('says what shadows start from, for all environments or for one', () => {
    const text = [
      'version: 1',
      'migrations: { baseline: ./db/baseline.sql }',
      'environments:',
      '  dev: {}',
      '  qa: { baseline: target }',
      '  prod: { baseline: { file: db/prod.sql, through: 0007_g } }',
    ].join('\n');
    const policies = environmentPolicies(parseRepositoryConfig(text, path), []);
    expect(policies.map(({ baseline }) => baseline)).toEqual([
      { kind: 'file', path: 'db/baseline.sql', through: null },
      { kind: 'target' },
      { kind: 'file', path: 'db/prod.sql', through: '0007_g' },
    ]);
    const unnamed = parseRepositoryConfig('version: 1\nmigrations: { baseline: target }', path);
    const [policy] = environmentPolicies(unnamed, [{ environment: 'dev' }]);
    expect(policy?.baseline).toEqual({ kind: 'target' });
  });

  it('takes no baseline that is no schema file beside the migrations', async () => {
    const text = [
      'version: 1',
      'migrations: { directory: db/migrations, baseline: db/migrations/0000_baseline.sql }',
      'environments:',
      '  one: { baseline: { file: ./db/migrations/x.sql, through: a } }',
      '  two: { baseline: db/migrations/below/x.sql }',
    ].join('\n');
    const shapes = [
      'version: 1',
      'environments:',
      '  one: { baseline: ../x.sql }',
      '  two: { baseline: schema.txt }',
      '  three: { baseline: { through: x } }',
      '  four: { baseline: 7 }',
    ].join('\n');
    await expect(`${messageOf(text)}\n${messageOf(shapes)}`).toMatchFileSnapshot('golden/baselines.txt');
  });

  it('says what is promoted, when and how', () => {
    const text = [
      'version: 1',
      'environments:',
      '  qa: { protected: false }',
      '  live:',
      '    promotes_from: qa',
      '    soak: 36h',
      '    promotion: { automatic: true, carries: migrations }',
      '    approvals: { from: [ada] }',
      "    hotfix: { label: urgent, approvals: 2, from: ['@acme/dba'] }",
      '  other: { promotes_from: qa, promotion: {}, hotfix: {} }',
    ].join('\n');
    const [, live, other] = environmentPolicies(parseRepositoryConfig(text, path), []);
    expect(live).toMatchObject({
      promotesFrom: 'qa',
      soak: 36 * 3_600_000,
      promotion: { automatic: true, carries: 'migrations' },
      hotfix: { label: 'urgent' },
      approvals: {
        required: 1,
        when: [
          { when: { labels: ['urgent'] }, rule: { required: 2, from: [{ kind: 'team', slug: 'dba' }] } },
        ],
      },
    });
    expect(other).toMatchObject({
      promotion: { automatic: false, carries: 'branch' },
      hotfix: { label: 'hotfix' },
    });
    expect(other?.approvals.when).toBeUndefined();
    expect(other?.soak).toBeUndefined();
  });

  it('takes nothing about a promotion where there is none', async () => {
    const text = [
      'version: 1',
      'environments:',
      '  one: { soak: 1h, promotion: { automatic: true }, hotfix: { approvals: 2 } }',
      '  two: { promotes_from: one, protected: false, hotfix: { approvals: 2 } }',
      '  three: { promotes_from: one, promotion: { carries: code, automatic: 1 }, hotfix: { label: " " } }',
    ].join('\n');
    const shapes = text.split('\n').filter((line) => !line.includes('one: {') && !line.includes('two:'));
    await expect(
      `${messageOf(text.split('\n').slice(0, 4).join('\n'))}\n${messageOf(shapes.join('\n'))}`,
    ).toMatchFileSnapshot('golden/promotions.txt');
  });

  it('lets environments share a branch that come one after the other, in whatever order they stand', () => {
    const text = [
      'version: 1',
      'environments:',
      '  ap: { branch: main, after: us, go_on: true }',
      '  eu: { branch: main }',
      '  dev: { protected: false }',
      '  us: { branch: main, after: eu, go_on: false }',
    ].join('\n');
    const policies = environmentPolicies(parseRepositoryConfig(text, path), []);
    expect(environmentsOn('main', policies)).toMatchObject([
      { name: 'eu', beside: ['ap', 'us'] },
      { name: 'us', after: 'eu', beside: ['ap', 'eu'] },
      { name: 'ap', after: 'us', goesOn: true, beside: ['eu', 'us'] },
    ]);
    expect(policies.find(({ name }) => name === 'us')?.goesOn).toBeUndefined();
    expect(environmentsOn('dev', policies).map(({ beside }) => beside)).toEqual([undefined]);
    expect(environmentsOn('other', policies)).toEqual([]);
    expect(nextOn({ name: 'eu', branch: 'main' }, policies)?.name).toBe('us');
    expect(nextOn({ name: 'ap', branch: 'main' }, policies)).toBeNull();
  });

  it('takes the order that the page about shared branches shows', async () => {
    const page = await readFile(new URL('../../docs/shared-branches.md', import.meta.url), 'utf8');
    const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
    const policies = environmentPolicies(parseRepositoryConfig(`version: 1\n${example}`, path), []);
    const names = environmentsOn('main', policies).map(({ name }) => name);
    expect(names).toEqual(['prod-eu', 'prod-us', 'prod-ap']);
  });

  it('takes no order that leaves open which of them comes first', async () => {
    const text = [
      'version: 1',
      'environments:',
      '  eu: { branch: main }',
      '  second: { branch: main }',
      '  us: { branch: main, after: eu }',
      '  ap: { branch: main, after: eu, promotes_from: us }',
      '  far: { branch: main, after: erope }',
      '  dev: { branch: dev, after: eu }',
      '  alone: { go_on: true }',
      '  own: { branch: own, after: own }',
      '  one: { branch: ring, after: two }',
      '  two: { branch: ring, after: one }',
      '  wrong: { branch: main, after: 7, go_on: maybe }',
    ];
    const shapes = [...text.slice(0, 2), text.at(-1)].join('\n');
    await expect(`${messageOf(text.slice(0, -1).join('\n'))}\n${messageOf(shapes)}`).toMatchFileSnapshot(
      'golden/shared-branches.txt',
    );
  });

  it.each(['main', 'release/1.0', 'feature/añ', 'a@b'])('takes the branch %s', (branch) => {
    const text = `version: 1\nenvironments: { prod: { branch: ${JSON.stringify(branch)} } }`;
    expect(parseRepositoryConfig(text, path).environments?.[0]?.branch).toBe(branch);
  });

  it.each(['refs/heads/main', '-x', 'a..b', 'a b', 'a/', 'x.lock', 'a~1', 'a\nb', '@', 'a//b', 'a:b'])(
    'takes no branch %j',
    (branch) => {
      const text = `version: 1\nenvironments: { prod: { branch: ${JSON.stringify(branch)} } }`;
      expect(messageOf(text)).toContain('environments.prod.branch: expected the name of a branch');
    },
  );
});

function growing(name: string, index: number): string {
  const before = String.fromCharCode('a'.charCodeAt(0) + index);
  return `${name}: &${name} [*${before}, *${before}, *${before}, *${before}, *${before}, *${before}, *${before}]`;
}
