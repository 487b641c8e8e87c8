import { describe, expect, it } from 'vitest';
import { withoutIgnored } from '../../src/drift/ignored.ts';

const now = new Date('2026-05-10T12:00:00Z');

function isIgnored(
  objects: string,
  kind: string,
  name: string,
  { until = '2026-05-10', after = 'x' } = {},
): boolean {
  const change = { kind, name, change: 'added', before: null, after } as const;
  return withoutIgnored([change], [{ objects, reason: 'why', until }], now).ignored.length === 1;
}

describe('what the rules leave alone', () => {
  it.each([
    ['audit.p2026', 'table', 'audit.p2026', true],
    ['audit.*', 'table', 'audit.p2026', true],
    ['audit.*', 'table', 'public.audit', false],
    ['audit.*_idx', 'index', 'audit.p2026_idx', true],
    ['*.p*_*', 'index', 'audit.p2026_idx', true],
    ['extension *', 'extension', 'pg_stat_statements', true],
    ['extension *', 'table', 'public.extension', false],
    ['audit.*', 'trigger', 'changed on audit.p2026', true],
    ['audit.*', 'grants', 'table audit.p2026', true],
    ['audit.*', 'comment', 'column audit.p2026.id', true],
    ['aa*aa', 'table', 'aaa', false],
    ['audit.*', 'comment', 'trigger changed on audit.p2026', true],
    ['audit.*', 'trigger', '"one on audit.p" on public.t', false],
    ['audit.*', 'table', 'public."one on audit.p"', false],
    ['audit.*', 'grants', 'table public."one on audit.p"', false],
  ])('%s is of %s %s: %s', (objects, kind, name, expected) => {
    expect(isIgnored(objects, kind, name)).toBe(expected);
  });

  it.each([
    ['public.scratch', 'CREATE INDEX ids ON public.scratch USING btree (id)', true],
    ['table public.scratch', 'CREATE UNIQUE INDEX ids ON ONLY public.scratch USING btree (id)', true],
    ['public.ids', 'CREATE INDEX ids ON public.scratch USING btree (id)', true],
    ['public.scratch', 'CREATE INDEX "ids ON public.scratch USING" ON public.kept USING btree (id)', false],
    ['public.scratch', 'CREATE INDEX ids ON public."scratch" USING btree (id)', false],
  ])('%s is of the index of: %s: %s', (objects, after, expected) => {
    expect(isIgnored(objects, 'index', 'public.ids', { after })).toBe(expected);
  });

  it('ends with its last day', () => {
    expect(isIgnored('audit.*', 'table', 'audit.p1', { until: '2026-05-09' })).toBe(false);
  });

  it('is named with its reason and its end, beside the rest', () => {
    const change = (name: string) =>
      ({ kind: 'table', name, change: 'added', before: null, after: 'x' }) as const;
    const rules = [{ objects: 'audit.*', reason: 'pg_partman', until: '2026-12-31' }];
    const found = withoutIgnored([change('audit.p1'), change('public.t')], rules, now);
    expect(found.rest).toEqual([change('public.t')]);
    expect(found.ignored).toEqual([
      { kind: 'table', name: 'audit.p1', change: 'added', reason: 'pg_partman', until: '2026-12-31' },
    ]);
  });
});
