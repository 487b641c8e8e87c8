import { z } from 'zod';
import { approvalKeys, approvals, count } from './approval-shape.ts';
import { drift, driftKeys } from './drift-shape.ts';
import { applyWindow, duration, windowForm } from './hours.ts';
import { branchName, environmentName } from './names.ts';
import type { Shape } from './shape-problems.ts';
import { peopleList } from './subjects.ts';

// PostgreSQL cuts longer names at 63 bytes without an error, and history would then be looked for under another name.
const identifier = z
  .string({ error: 'a name of the database' })
  .min(1, 'a name of the database')
  .refine(
    (name) => Buffer.byteLength(name) <= 63 && !name.includes('\0'),
    'a name of the database, at most 63 bytes',
  );

const directory = z
  .string({ error: 'a folder of the repository, such as migrations' })
  .transform((path) => path.replace(/^(\.\/)+/, '').replace(/\/+$/, ''))
  .refine(isInside, 'a folder inside the repository, from its root and with /, without .. and wildcards');

function isInside(path: string): boolean {
  if (path === '' || path.startsWith('/') || /[\\*?[\]{}\0]|^[A-Za-z]:/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

const ignore = z
  .string({ error: 'a regular expression over file names' })
  .max(200, 'a regular expression of at most 200 characters')
  .refine(isPattern, 'a regular expression as JavaScript has them');

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(`^${pattern}$`) instanceof RegExp;
  } catch {
    return false;
  }
}

const flag = z.boolean({ error: 'true or false' });

const rollback = z.strictObject(
  { approvals: count.optional(), from: peopleList.optional() },
  { error: 'a mapping such as { approvals: 1 }' },
);

const baselineForms = '`target`, a .sql file of the repository, or { file, through: <migration> }';

const schemaFile = z
  .string({ error: baselineForms })
  .transform((path) => path.replace(/^(\.\/)+/, ''))
  .refine(
    (path) => isInside(path) && path.endsWith('.sql'),
    `${baselineForms} (a path from the repository's root, with /, without .. and wildcards)`,
  );

const baseline = z.union(
  [
    z.literal('target'),
    schemaFile,
    z.strictObject({ file: schemaFile, through: z.string().min(1).max(255).optional() }),
  ],
  { error: baselineForms },
);

const separate = z.strictObject(
  { approving_and_merging: flag.optional(), writing_and_confirming: flag.optional() },
  { error: 'a mapping such as { approving_and_merging: true }' },
);

const hotfix = z.strictObject(
  {
    label: z
      .string({ error: 'a label of pull requests' })
      .trim()
      .min(1, 'a label of pull requests')
      .max(50, 'a label of at most 50 characters')
      .optional(),
    approvals: count.optional(),
    from: peopleList.optional(),
  },
  { error: 'a mapping such as { label: hotfix, approvals: 2 }' },
);

const promotion = z.strictObject(
  {
    automatic: flag.optional(),
    carries: z.enum(['branch', 'migrations'], { error: 'branch or migrations' }).optional(),
  },
  { error: 'a mapping such as { automatic: true }' },
);

const environment = z.strictObject(
  {
    branch: branchName.optional(),
    after: environmentName.optional(),
    go_on: flag.optional(),
    protected: flag.optional(),
    promotes_from: environmentName.optional(),
    soak: duration.optional(),
    promotion: promotion.optional(),
    hotfix: hotfix.optional(),
    approvals: approvals.optional(),
    rollback: rollback.optional(),
    baseline: baseline.optional(),
    plan_expires: duration.optional(),
    windows: z.array(applyWindow, { error: windowForm }).min(1, windowForm).optional(),
    break_glass: z
      .strictObject({ from: peopleList }, { error: "a mapping such as { from: ['@acme/on-call'] }" })
      .optional(),
    separate: separate.optional(),
    drift: drift.optional(),
  },
  { error: 'a mapping such as { branch: main, protected: true }' },
);

const migrations = z.strictObject(
  {
    directory: directory.optional(),
    table: identifier.optional(),
    schema: identifier.optional(),
    decamelize: flag.optional(),
    ignore: ignore.optional(),
    baseline: baseline.optional(),
  },
  { error: 'a mapping such as { directory: migrations }' },
);

/** What the repository's file may hold, before its parts are looked at together. */
export const repositorySchema = z.strictObject(
  {
    version: z.literal(1, { error: '1, the version of this format' }),
    migrations: migrations.optional(),
    environments: z
      .record(environmentName, environment, { error: 'a mapping of environments by their names' })
      .optional(),
    drift: drift.optional(),
  },
  { error: 'a mapping with version: 1 and environments' },
);

export type WrittenBaseline = z.infer<typeof baseline>;
export type WrittenEnvironment = z.infer<typeof environment>;
export type WrittenRepositoryConfig = z.infer<typeof repositorySchema>;

export const repositoryShape: Shape = {
  known: {
    '': Object.keys(repositorySchema.shape),
    migrations: Object.keys(migrations.shape),
    'environments.*': Object.keys(environment.shape),
    ...approvalKeys('environments.*.approvals'),
    'environments.*.promotion': Object.keys(promotion.shape),
    'environments.*.hotfix': Object.keys(hotfix.shape),
    'environments.*.rollback': Object.keys(rollback.shape),
    'environments.*.break_glass': ['from'],
    'environments.*.separate': Object.keys(separate.shape),
    ...driftKeys('drift'),
    ...driftKeys('environments.*.drift'),
  },
  later: {
    'migrations.squashed_before': 'squashed migrations have to stay in the folder.',
    squashed_before: 'squashed migrations have to stay in the folder.',
  },
};
