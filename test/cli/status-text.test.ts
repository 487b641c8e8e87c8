import { describe, expect, it } from 'vitest';
import { statusJson, statusText } from '../../src/cli/status-text.ts';
import { migrationRows } from '../../src/domain/status.ts';
import type { RepositoryStatus } from '../../src/jobs/repository-status.ts';
import type { StatusRow } from '../../src/report/reply-view.ts';

const at = new Date('2026-03-04T05:06:07Z');
const run = (by: string | null, pullRequest: number | null) => ({ at, by, pullRequest });

const row: StatusRow = {
  environment: 'dev',
  branch: 'dev',
  protected: false,
  applied: 3,
  latest: '0003_c',
  pending: [],
  hold: null,
  behind: [],
  drift: null,
  unavailable: null,
};

const drift: StatusRow['drift'] = {
  objects: [{ kind: 'table', name: 'public.orders', change: 'changed' }],
  since: at,
  issue: 30,
};

const hold: StatusRow['hold'] = {
  reason: 'rolled-back',
  message: '0003_c was rolled back on prod, and the branch still holds it.',
  waysOut: ['Merge the revert pull request, #14.'],
  migrations: ['0003_c'],
  commit: '0123456789abcdef0123456789abcdef01234567',
  pullRequest: 12,
  since: at,
  issue: 31,
};

const status: RepositoryStatus = {
  environments: [
    row,
    { ...row, environment: 'qa', branch: 'qa', applied: 2, latest: '0002_b', pending: ['0003_c'], drift },
    { ...row, environment: 'stage', branch: '検証-🚀', drift: { ...drift, issue: null } },
    {
      ...row,
      environment: 'prod',
      branch: 'main',
      protected: true,
      applied: 1,
      latest: '0001_a',
      pending: ['0003_c'],
      hold,
      drift,
      behind: [{ environment: 'dr', migrations: ['0002_b'] }],
    },
    {
      ...row,
      environment: 'dr',
      applied: null,
      latest: null,
      unavailable: 'the connection was refused',
    },
  ],
  migrations: migrationRows([
    {
      environment: 'dev',
      isHeld: false,
      ran: new Map([
        ['0001_a', run(null, null)],
        ['0002_b', run('dana', 11)],
        ['0003_c', run('erik', 12)],
      ]),
      wanted: new Set(['0001_a', '0002_b', '0003_c']),
    },
    {
      environment: 'qa',
      isHeld: false,
      ran: new Map([
        ['0001_a', run(null, null)],
        ['0002_b\u202e', run('dana', 11)],
      ]),
      wanted: new Set(['0001_a', '0003_c']),
    },
    {
      environment: 'prod',
      isHeld: true,
      ran: new Map([['0001_a', run(null, null)]]),
      wanted: new Set(['0001_a', '0003_c']),
    },
  ]),
};

describe('how a repository stands', () => {
  it('is said in text', async () => {
    await expect(statusText(status, 'acme/shop')).toMatchFileSnapshot('golden/status.txt');
  });

  it('is said whole for machines', async () => {
    await expect(statusJson(status, 'acme/shop')).toMatchFileSnapshot('golden/status.json');
  });
});
