import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exitStatus } from '../../src/cli/plan-command.ts';
import { planArguments } from '../../src/cli/plan-arguments.ts';
import type { Hazard } from '../../src/domain/hazard.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { leftBy, place, start, tidegate, write } from './tidegate.ts';

describe('the arguments of tidegate plan', () => {
  it.each([
    { args: [], base: { kind: 'ref', ref: 'origin/HEAD' } },
    { args: ['--base', '12'], base: { kind: 'count', count: 12 } },
    { args: ['--base', '1700000000000_a'], base: { kind: 'name', name: '1700000000000_a' } },
    { args: ['--base-ref', 'v1'], base: { kind: 'ref', ref: 'v1' } },
    { args: ['--against', 'postgres://h/d'], base: { kind: 'target', url: 'postgres://h/d' } },
  ])('$args count as applied: $base.kind', ({ args, base }) => {
    const rest = { migrations: 'migrations', baseline: null, shadow: null, format: 'text', failOn: 'high' };
    expect(planArguments(args)).toEqual({ ...rest, base });
  });

  it.each([
    { args: ['--base', '1', '--base-ref', 'v1'], says: /Only one of --base, --base-ref and --against/ },
    { args: ['--format', 'yaml'], says: /^--format yaml: .*"text"\|"markdown"\|"json"/ },
    { args: ['--fail-on', 'severe'], says: /^--fail-on severe: .*"high"\|"medium"\|"low"\|"none"/ },
    { args: ['--bse', '1'], says: /'--bse'/ },
    { args: ['--base'], says: /--base/ },
    { args: ['migrations'], says: /migrations/ },
    { args: ['--against', 'ada:hunter2@db'], says: /^(?!.*hunter2)--against: the URL of a database/ },
    {
      args: ['--against', 'https://ada:hunter2@db/x'],
      says: /^(?!.*hunter2)--against: the URL of a database/,
    },
  ])('$args are refused', ({ args, says }) => {
    expect(() => planArguments(args)).toThrow(says);
  });
});

function planWith(severities: readonly Severity[], more: Partial<Plan> = {}): Plan {
  const hazards = severities.map((severity): Hazard => ({
    rule: 'r',
    severity,
    migration: 'm',
    path: 'm.sql',
    line: 1,
    message: '',
    advice: '',
  }));
  return {
    version: 1,
    environment: null,
    steps: [],
    goesFirst: [],
    problems: [],
    hazards,
    reversibility: [],
    schemaDiff: [],
    notes: [],
    digest: '',
    ...more,
  };
}

describe('the exit status of tidegate plan', () => {
  it.each([
    { found: [], failOn: 'low', status: 0 },
    { found: ['low'], failOn: 'low', status: 3 },
    { found: ['low'], failOn: 'medium', status: 0 },
    { found: ['low', 'medium'], failOn: 'medium', status: 3 },
    { found: ['medium'], failOn: 'high', status: 0 },
    { found: ['high'], failOn: 'high', status: 3 },
    { found: ['high'], failOn: 'none', status: 0 },
  ] as const)('is $status for $found with --fail-on $failOn', ({ found, failOn, status }) => {
    expect(exitStatus(planWith(found), failOn)).toBe(status);
  });

  it('is 1 where something fails, whatever the hazards', () => {
    const problems = [{ code: 'edited', message: 'edited' }] as const;
    expect(exitStatus(planWith(['high'], { problems }), 'high')).toBe(1);
    expect(exitStatus(planWith([], { problems }), 'none')).toBe(1);
  });

  it('counts no hazard that was waived', () => {
    const plan = planWith(['high']);
    const waiver = { rule: 'r', reason: 'small table', until: '2030-01-01' };
    const hazards = plan.hazards.map((hazard) => ({ ...hazard, waiver }));
    expect(exitStatus({ ...plan, hazards }, 'low')).toBe(0);
  });
});

describe('wrong use', () => {
  it.each([
    { args: ['plann'], says: 'There is no command plann.' },
    { args: ['plan'], says: 'A folder of migrations was expected at ' },
    { args: ['plan', '--migrations', 'here'], says: 'The merge base of HEAD and origin/HEAD was expected' },
    {
      args: ['plan', '--migrations', 'here', '--base', '0002_b'],
      says: 'A migration named 0002_b was expected in the folder; there is none.',
    },
    { args: ['hazards', '--format', 'xml'], says: 'tidegate hazards takes --format text or --format json.' },
    { args: ['start', '--role', 'king'], says: '--role all, web or worker was expected.' },
    { args: ['start'], says: 'APP_ID is not set' },
  ])('tidegate $args has status 2 and says what was expected', async ({ args, says }) => {
    const at = await place();
    await write(at, { 'here/0001_a.sql': '-- Up Migration\nSELECT 1;\n' });
    const { status, out, err } = await tidegate(at, ...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(says);
    expect(err).not.toMatch(/^\s+at /m);
    expect(await leftBy(at)).toEqual([]);
  });
});

describe('tidegate start', () => {
  const variables = { APP_ID: '7', PRIVATE_KEY: 'a private key', WEBHOOK_SECRET: 'a webhook secret' };

  it('does not start without a webhook secret', async () => {
    const at = await place();
    const { status, err } = await start({
      at,
      args: ['start'],
      variables: { ...variables, WEBHOOK_SECRET: ' ' },
    }).result;
    expect(status).toBe(2);
    expect(err).toMatch(/^WEBHOOK_SECRET is not set\. .*so Tidegate does not start/);
    expect(err).not.toContain('private key');
  });

  it('does not start without its file, and says where it was looked for', async () => {
    const at = await place();
    const { status, err } = await start({ at, args: ['start'], variables }).result;
    expect(status).toBe(2);
    expect(err).toMatch(/^TIDEGATE_CONFIG names tidegate\.yml, .* it cannot be read/);
  });

  it('does not start with a broken file, and says file and line', async () => {
    const at = await place();
    await write(at, { 'tidegate.yml': 'databases:\n  - repository: acme/shop\n    environmant: prod\n' });
    const { status, err } = await start({ at, args: ['start'], variables }).result;
    expect(status).toBe(2);
    expect(err).toContain('tidegate.yml:3');
    expect(err).toContain('environmant');
    expect(err).not.toMatch(/^\s+at /m);
  });
});

describe('tidegate hazards', () => {
  it('prints each rule as JSON with exactly these fields', async () => {
    const at = await place();
    const { status, out, err } = await tidegate(at, 'hazards', '--format', 'json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const Rule = z.strictObject({
      id: z.string().regex(/^[a-z-]+$/),
      severity: z.enum(['high', 'medium', 'low']),
      sentence: z.string().min(10),
      advice: z.string().min(10),
      equivalents: z.record(z.string(), z.array(z.string())),
      bad: z.string().min(5),
      good: z.string().min(5),
    });
    const rules = z.array(Rule).parse(JSON.parse(out));
    expect(rules.length).toBeGreaterThanOrEqual(10);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });
});
