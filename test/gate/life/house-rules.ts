import type { Written, WrittenApprovals } from '../model/written-policy.ts';

/** Rules of production that the sequences change between; each can be met by somebody who is there. */
export const houseRules: readonly WrittenApprovals[] = [
  { required: 1, from: ['@acme/dba'] },
  { required: 1, from: ['role:write'] },
  { required: 2, from: ['role:write'] },
  { required: 1, from: ['role:write'], when: [{ hazard: 'high', required: 1, from: ['@acme/dba'] }] },
  {
    all: [
      { required: 1, from: ['@acme/dba'] },
      { required: 1, from: ['role:write'] },
    ],
    different_people: true,
  },
  {
    any: [
      { required: 2, from: ['role:write'] },
      { required: 1, from: ['@acme/dba'] },
    ],
  },
  { required: 1, from: ['role:write'], when: [{ label: 'risky', required: 2 }] },
  { required: 1, from: ['code-owners'] },
  {
    required: 1,
    from: ['@acme/dba', 'wanda'],
    when: [{ table: 'step_0001', required: 1, from: ['@acme/payments'] }],
  },
  {
    required: 1,
    from: ['role:write'],
    when: [{ statement: 'CREATE INDEX', required: 1, from: ['dora', 'rita'] }],
  },
  { required: 1, from: ['role:write'], when: [{ author_team: '@acme/interns', required: 2 }] },
  { required: 1, from: ['role:maintain', '@acme/payments'] },
];

/** Under which everything that is asked for can be had from ada, who takes part in nothing. */
export const lastResort: WrittenApprovals = { required: 1, from: ['role:admin'] };

/** Production under those rules. */
export function prodUnder(approvals: WrittenApprovals, isApart = false): Written {
  const separate = isApart ? { separate: { approving_and_merging: true } } : {};
  return { policy: { approvals, ...separate }, floor: null };
}

export const openDev: Written = { policy: { protected: false }, floor: null };

/** `.github/tidegate.yml` that says so. */
export function fileOf(prod: Written): string {
  const environments = {
    dev: { branch: 'dev', ...openDev.policy },
    prod: { branch: 'main', ...prod.policy },
  };
  return `${JSON.stringify({ version: 1, environments }, null, 2)}\n`;
}
