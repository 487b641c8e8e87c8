import type { Written, WrittenApprovals, WrittenFloor, WrittenPolicy } from '../model/written-policy.ts';

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

/** What the server can lay under production. */
export const floors: readonly (WrittenFloor | null)[] = [
  null,
  { protected: true },
  { approvals: 1, from: ['role:admin', '@acme/dba'] },
  { protected: true, approvals: 2, from: ['role:write'] },
];

/** Whom the rules can name for an emergency. */
export const glassFor: readonly (readonly string[])[] = [
  ['wanda', 'rita'],
  ['role:write'],
  ['@acme/payments', 'role:maintain'],
];

/** After so many days a plan is too old; also longer than waivers of the sequences last. */
export const expiryDays = 30;

/** What can be written beside the approvals. */
export interface Beside {
  readonly isApart?: boolean;
  readonly glass?: readonly string[];
  readonly floor?: WrittenFloor | null;
}

/** Production under those rules; null where it asks for nobody, but for what the floor does. */
export function prodUnder(
  approvals: WrittenApprovals | null,
  { isApart = false, glass, floor = null }: Beside = {},
): Written {
  const policy: WrittenPolicy = {
    ...(approvals === null ? { protected: false } : { approvals }),
    ...(isApart ? { separate: { approving_and_merging: true } } : {}),
    ...(glass === undefined ? {} : { break_glass: { from: glass } }),
    plan_expires: `${expiryDays}d`,
  };
  return { policy, floor };
}

export const openDev: Written = { policy: { protected: false }, floor: null };

/** Between what the rules say and the file's end, so that git merges changes of both. */
const space = '#\n'.repeat(12);

/** `.github/tidegate.yml` that says so. */
export function fileOf(prod: Written): string {
  const environments = {
    dev: { branch: 'dev', ...openDev.policy },
    prod: { branch: 'main', ...prod.policy },
  };
  return `${JSON.stringify({ version: 1, environments }, null, 2)}\n${space}`;
}
