import { describe, expect, it } from 'vitest';
import { withoutIgnored } from '../../src/drift/ignored.ts';

const now = new Date('2026-05-10T12:00:00Z');

function isIgnored(objects: string, kind: string, name: string, until = '2026-05-10'): boolean {
  const change = { kind, name, change: 'added', before: null, after: 'x' } as const;
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
  ])('%s is of %s %s: %s', (objects, kind, name, expected) => {
    expect(isIgnored(objects, kind, name)).toBe(expected);
  });

  it('ends with its last day', () => {
    expect(isIgnored('audit.*', 'table', 'audit.p1', '2026-05-09')).toBe(false);
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
