import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/command.ts';
import { parseCommands } from '../../src/intake/parse-commands.ts';

function commandsOf(body: string): readonly Command[] {
  return parseCommands(body).flatMap((parsed) => (parsed.kind === 'command' ? [parsed.command] : []));
}

function mistakesOf(body: string): readonly string[] {
  return parseCommands(body).flatMap((parsed) => (parsed.kind === 'mistake' ? [parsed.message] : []));
}

const drift = { name: 'drift', action: 'show', acceptDataLoss: false, environment: null } as const;
const rollback = {
  name: 'rollback',
  of: { kind: 'pull-request' },
  dryRun: false,
  acceptDataLoss: false,
  environment: null,
} as const;

describe('a comment', () => {
  it.each<[string, readonly Command[]]>([
    ['/plan', [{ name: 'plan' }]],
    ['/PLAN  ', [{ name: 'plan' }]],
    ['/drift', [drift]],
    ['/drift prod', [{ ...drift, environment: 'prod' }]],
    ['/drift adopt', [{ ...drift, action: 'adopt' }]],
    [
      '/drift revert prod --accept-data-loss',
      [{ ...drift, action: 'revert', acceptDataLoss: true, environment: 'prod' }],
    ],
    ['/rollback', [rollback]],
    ['/rollback prod', [{ ...rollback, environment: 'prod' }]],
    ['/rollback --dry-run', [{ ...rollback, dryRun: true }]],
    [
      '/rollback prod --accept-data-loss --dry-run',
      [{ ...rollback, dryRun: true, acceptDataLoss: true, environment: 'prod' }],
    ],
    ['/rollback 0003_add_index', [{ ...rollback, of: { kind: 'migration', migration: '0003_add_index' } }]],
    [
      '/rollback migrations/0003_add_index.sql prod',
      [
        {
          ...rollback,
          of: { kind: 'migration', migration: 'migrations/0003_add_index.sql' },
          environment: 'prod',
        },
      ],
    ],
    [
      '/rollback prod --to 0003_add_index --dry-run',
      [{ ...rollback, of: { kind: 'to', migration: '0003_add_index' }, environment: 'prod', dryRun: true }],
    ],
    ['/rollback --last 2 qa', [{ ...rollback, of: { kind: 'last', count: 2 }, environment: 'qa' }]],
    ['/confirm', [{ name: 'confirm' }]],
    ['/retry', [{ name: 'retry', environment: null }]],
    ['/retry dev', [{ name: 'retry', environment: 'dev' }]],
    ['/withdraw', [{ name: 'withdraw' }]],
    ['/release qa', [{ name: 'release', environment: 'qa' }]],
    ['/hold "the launch is today"', [{ name: 'hold', environment: null, why: 'the launch is today' }]],
    ['/hold prod “a freeze”', [{ name: 'hold', environment: 'prod', why: 'a freeze' }]],
    ['/apply --now "checkout is down"', [{ name: 'apply', environment: null, why: 'checkout is down' }]],
    ['/apply prod --now "it says "no""', [{ name: 'apply', environment: 'prod', why: 'it says "no"' }]],
    ['/status', [{ name: 'status' }]],
    ['/help', [{ name: 'help' }]],
    ['Let us see:\n/plan\nthanks', [{ name: 'plan' }]],
    ['/plan\r\n/status\r\n', [{ name: 'plan' }, { name: 'status' }]],
    ['/plan\n/plan', [{ name: 'plan' }]],
    ['> /rollback\n\n/plan', [{ name: 'plan' }]],
    ['/plan\n---\nmy signature', [{ name: 'plan' }]],
    ['`x`\n/plan', [{ name: 'plan' }]],
    ['```\n/rollback\n```\n/plan', [{ name: 'plan' }]],
  ])('asks by %j', (body, commands) => expect(commandsOf(body)).toEqual(commands));

  it.each([
    ['in the middle of a line', 'please /rollback now'],
    ['after spaces', ' /rollback'],
    ['in a quote', '> /rollback'],
    ['in a quote that goes on', '> as was said\n/rollback'],
    ['in a quote in a quote', '> > /rollback'],
    ['in inline code', '`/rollback`'],
    ['in inline code over lines', 'see `this\n/rollback\nthat`'],
    ['in fenced code', '```\n/rollback\n```'],
    ['in fenced code of a language', '```sh\n/rollback\n```'],
    ['in fenced code of tildes', '~~~\n/rollback\n~~~'],
    ['in fenced code that never ends', '```\n/rollback'],
    ['in fenced code with fewer fences inside', '````\n```\n/rollback\n```\n````'],
    ['in indented code', 'so:\n\n    /rollback'],
    ['in indented code by a tab', '\t/rollback'],
    ['in a list', '- /rollback'],
    ['in a comment of HTML', '<!--\n/rollback\n-->'],
    ['in preformatted HTML', '<pre>\n/rollback\n</pre>'],
    ['escaped', '\\/rollback'],
    ['with an entity', '&#47;rollback'],
    ['as a path', '/rollback/now'],
    ['as an address', '//rollback'],
  ])('asks nothing where a command stands %s', (_where, body) => expect(parseCommands(body)).toEqual([]));

  it.each(['/lgtm', '/deploy', '/approve', '/retest', '/usr/bin/env', '/', '/1', '/cc @ada', ''])(
    'leaves %j to others',
    (body) => expect(parseCommands(body)).toEqual([]),
  );

  it.each([
    ['/rolback', '/rollback'],
    ['/rollbakc', '/rollback'],
    ['/plna', '/plan'],
    ['/confrim', '/confirm'],
    ['/comfirn', '/confirm'],
    ['/realese', '/release'],
    ['/statsu', '/status'],
    ['/halp', '/help'],
    ['/retri', '/retry'],
    ['/confirm.', '/confirm'],
  ])('that misspells %s is asked whether %s was meant', (body, meant) => {
    expect(mistakesOf(body)).toEqual([expect.stringContaining(`Did you mean ${meant}?`)]);
  });

  it('is told what was expected after a command', async () => {
    const lines = [
      '/plan again',
      '/confirm it please',
      '/rollback --dryrun',
      '/rollback —dry-run',
      '/rollback prod qa',
      '/rollback --last',
      '/rollback --last 0',
      '/rollback --last two',
      '/rollback --to',
      '/rollback --to prod',
      '/rollback --to 0003_a 0004_b',
      '/rollback 0003_a --last 1',
      '/rollback --lats 1',
      '/retry PROD',
      '/release dev qa',
      '/hold',
      '/hold prod a freeze',
      '/hold prod ""',
      `/hold "${'x'.repeat(501)}"`,
      '/apply',
      '/apply --now',
      '/apply "now"',
      '/apply --now prod qa "why"',
      '/confrim',
      '/confirm!',
      `/help ${'x'.repeat(100)}`,
    ];
    const told = lines.map((line) => [line, ...mistakesOf(line)].join('\n  ')).join('\n');
    await expect(told).toMatchFileSnapshot('golden/command-mistakes.txt');
  });

  it('with a heap of commands runs none', () => {
    const body = Array.from({ length: 11 }, (_, index) => `/retry e${index}`).join('\n');
    expect(commandsOf(body)).toEqual([]);
    expect(mistakesOf(body)).toEqual([expect.stringContaining('11 were found')]);
  });

  it.each(['*', '[', '`', '> ', '- ', '<', '![](', '**a ', '/plan `', '&#'])(
    'as long as GitHub takes and full of %j is read at once',
    (piece) => {
      const body = `/plan\n\n${piece.repeat(Math.floor(65_000 / piece.length))}`;
      const started = performance.now();
      expect(commandsOf(body)).toEqual([{ name: 'plan' }]);
      expect(performance.now() - started).toBeLessThan(5_000);
    },
  );
});
