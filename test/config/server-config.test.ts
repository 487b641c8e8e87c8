import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseServerConfig } from '../../src/config/server-config.ts';

function messageOf(text: string): string {
  try {
    parseServerConfig(text, 'tidegate.yml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
}

describe("the server's file", () => {
  it('names databases by references to secrets', () => {
    const text = [
      'databases:',
      '  - repository: acme/shop',
      '    environment: prod',
      '    url: env:SHOP_PROD_URL',
      '    read: file:/run/secrets/shop-read',
      '    least: { protected: true, approvals: 1 }',
      'shadow: { url: "exec:token --for \'the shadow\' -v" }',
    ].join('\n');
    expect(parseServerConfig(text, 'tidegate.yml')).toEqual({
      databases: [
        {
          repository: 'acme/shop',
          environment: 'prod',
          url: { kind: 'env', variable: 'SHOP_PROD_URL' },
          read: { kind: 'file', path: '/run/secrets/shop-read' },
          least: { protected: true, approvals: 1 },
        },
      ],
      shadow: { url: { kind: 'exec', command: 'token', args: ['--for', 'the shadow', '-v'] } },
    });
  });

  it.each([
    ['yes', false],
    ['true', false],
    ['I accept', false],
    ['I accept that any pull request can reach what this server can', true],
  ])('takes an unsafe shadow server for these words alone: %s', (words, taken) => {
    const text = `databases: []\nshadow: { url: env:X, unsafe: ${words} }`;
    if (taken) expect(parseServerConfig(text, 'tidegate.yml').shadow?.unsafe).toBe(words);
    else expect(messageOf(text)).toContain('shadow.unsafe: expected these words exactly: I accept that any');
  });

  it('is refused with file, line, key and what was expected', async () => {
    const text = [
      'databases:',
      '  - repository: acme',
      '    environment: Prod',
      '    url: postgres://app:hunter2@db/shop',
      '    pasword: hunter2',
      '    approvals: 2',
      '  - repository: acme/shop',
      'shadows: {}',
      'control: postgres://app:hunter2@db/control',
    ].join('\n');
    await expect(messageOf(text)).toMatchFileSnapshot('golden/server-mistakes.txt');
  });

  it.each([
    'databases: []\ncontrol: { url: "postgres://app:hunter2@db/x" }',
    'databases: []\ncontrol: { url: hunter2 }',
    'databases: []\ncontrol: { url: "env:hunter2@home" }',
    'databases: []\npostgres://app:hunter2@db/x: 1',
    'databases: ["postgres://app:hunter2@db/x"]',
    'databases: [ "hunter2',
    'databases: *hunter2',
    'databases: !hunter2 []',
    '- x\nurl: hunter2',
    'hunter2',
    'databases: [{ repository: hunter2, environment: hunter2!, url: hunter2, read: [hunter2] }]',
    'databases: [{ repository: a/b, environment: dev, url: env:X, least: { approvals: hunter2 } }]',
    'databases: []\nshadow: { extensions: [HUNTER2-hunter2, hunter2_fdw, { hunter2: 1 }] }',
  ])('repeats nothing that may be a secret: %s', (text) => {
    expect(messageOf(text)).not.toContain('hunter2');
  });

  it('names shadow servers of other major versions, each with its own words', () => {
    const words = "'I accept that any pull request can reach what this server can'";
    const text = [
      'databases: []',
      'shadow:',
      '  servers:',
      '    16: { url: env:SIXTEEN }',
      `    15: { url: env:FIFTEEN, unsafe: ${words} }`,
    ].join('\n');
    expect(parseServerConfig(text, 'tidegate.yml').shadow?.servers).toEqual(
      new Map([
        [16, { url: { kind: 'env', variable: 'SIXTEEN' } }],
        [
          15,
          {
            url: { kind: 'env', variable: 'FIFTEEN' },
            unsafe: 'I accept that any pull request can reach what this server can',
          },
        ],
      ]),
    );
  });

  it('says how many copies shadow servers keep ready, the embedded one too', () => {
    expect(parseServerConfig('databases: []\nshadow: { spares: 0 }', 'tidegate.yml').shadow).toEqual({
      spares: 0,
    });
  });

  it('refuses shadow servers of no version, without an address, words about none, and copies without a bound', async () => {
    const texts = [
      'databases: []\nshadow: { servers: { 9.6: { url: env:X }, 16: {} } }',
      'databases: []\nshadow: {}',
      'databases: []\nshadow: { spares: -1 }',
      'databases: []\nshadow: { spares: 21 }',
      'databases: []\nshadow: { spares: few }',
      "databases: []\nshadow: { servers: { 16: { url: env:X } }, unsafe: 'I accept that any pull request can reach what this server can' }",
    ];
    const text = texts.map(messageOf).join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot('golden/shadow-servers.txt');
  });

  it('lists extensions that shadow servers have beforehand, the embedded one too', () => {
    const text = 'databases: []\nshadow: { extensions: [postgis, pg_stat_statements, uuid-ossp, postgis] }';
    expect(parseServerConfig(text, 'tidegate.yml').shadow).toEqual({
      extensions: ['postgis', 'pg_stat_statements', 'uuid-ossp'],
    });
  });

  it('refuses extensions that reach out of their database, with what they do, and what is no name', async () => {
    const names = [
      ...['adminpack', 'file_fdw', 'postgis_raster', 'dblink', 'postgres_fdw', 'oracle_fdw', 'pg_cron'],
      ...['plpython3u', 'plperlu', 'pltclu', 'hstore_plpython3u', 'bool_plperlu', 'plsh'],
      ...['PostGIS', '"a; DROP TABLE b"', "'9lives'", '16', `x${'y'.repeat(63)}`],
    ];
    const text = ['databases: []', 'shadow:', '  extensions:', ...names.map((name) => `    - ${name}`)];
    const others = [
      'databases: []\nshadow: { extensions: [] }',
      'databases: []\nshadow: { extensions: postgis }',
      'databases: []\nshadow: { extensions: { postgis: true } }',
      'databases: []\nshadow: { extension: [postgis] }',
      `databases: []\nshadow: { extensions: [${Array.from({ length: 51 }, (_, at) => `e${at}`).join(', ')}] }`,
    ];
    const said = [text.join('\n'), ...others].map(messageOf).join('\n');
    await expect(`${said}\n`).toMatchFileSnapshot('golden/shadow-extensions.txt');
  });

  it.each([
    'lo',
    'plv8',
    'plperl',
    'pltcl',
    'plpgsql',
    'hstore_plperl',
    'bloom',
    'postgis_topology',
    'pgtap',
  ])('takes %s, which keeps to its database', (name) => {
    const text = `databases: []\nshadow: { extensions: [${name}] }`;
    expect(parseServerConfig(text, 'tidegate.yml').shadow?.extensions).toEqual([name]);
  });

  it('takes one database for an environment, and a floor that does not contradict itself', () => {
    const entry = { repository: 'acme/shop', environment: 'prod', url: 'env:X' };
    const text = JSON.stringify({
      databases: [
        { ...entry, least: { protected: true, approvals: 0 } },
        { ...entry, repository: 'Acme/Shop', least: { protected: false, approvals: 1 } },
      ],
    });
    expect(messageOf(text).split('\n')).toEqual([
      expect.stringContaining('databases.1.environment: prod of Acme/Shop has a database already (line 1).'),
      expect.stringContaining(
        'databases.0.least.approvals: a protected environment needs at least 1 approval.',
      ),
      expect.stringContaining('databases.1.least.protected: approvals are asked for'),
    ]);
  });
});
