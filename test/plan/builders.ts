import type { LedgerEntry, RecordedMigration } from '../../src/domain/history.ts';
import { defaultMigrationSettings, type MigrationFile } from '../../src/domain/migration.ts';
import type { PlanParts } from '../../src/plan/build-plan.ts';

/** A migration's file; its blob stands for its content. */
export function file(name: string, content = `content of ${name}`): MigrationFile {
  return { name, path: `migrations/${name}.sql`, blob: content, language: 'sql' };
}

/** A migration that Tidegate ran when its file had this content. */
export function applied(name: string, content = `content of ${name}`): RecordedMigration {
  const script = { statements: [], transaction: true };
  const ledger: LedgerEntry = {
    name,
    checksum: content,
    up: script,
    down: script,
    digest: 'd',
    commit: 'c0ffee00',
    pullRequest: 1,
    appliedAt: new Date('2026-05-01T10:00:00Z'),
    durationMs: 5,
    adopted: false,
  };
  return { name, ledger };
}

/** A migration in the history that the ledger knows nothing of. */
export function appliedByHand(name: string): RecordedMigration {
  return { name, ledger: null };
}

/** A small plan with something in every field. */
export const parts: PlanParts = {
  settings: defaultMigrationSettings,
  environment: 'dev',
  steps: [
    {
      migration: '0001_orders',
      path: 'migrations/0001_orders.sql',
      checksum: 'a'.repeat(64),
      direction: 'up',
      transaction: true,
      statements: [
        {
          sql: 'ALTER TABLE orders ADD COLUMN note text',
          line: 2,
          durationMs: 1.5,
          locks: [{ relation: 'public.orders', mode: 'AccessExclusiveLock' }],
          rewrites: [],
        },
        {
          sql: 'CREATE ROLE reporting',
          line: 3,
          durationMs: null,
          locks: [],
          rewrites: ['public.orders'],
          notTried: 'it needs a privilege',
        },
      ],
      reverse: ['ALTER TABLE orders DROP COLUMN note'],
      reverseTransaction: true,
    },
  ],
  goesFirst: ['0000_customers'],
  problems: [{ code: 'compile', message: 'm', migration: '0001_orders', path: 'p', line: 1, detail: 'd' }],
  hazards: [
    {
      rule: 'drop-column',
      severity: 'high',
      migration: '0001_orders',
      path: 'migrations/0001_orders.sql',
      line: 2,
      message: 'what happens',
      advice: 'what to write',
      waiver: { rule: 'drop-column', until: '2026-12-31', reason: 'nobody reads it' },
    },
  ],
  reversibility: [{ migration: '0001_orders', verdict: 'proven', reason: 'it came back' }],
  schemaDiff: [{ kind: 'table', name: 'public.orders', change: 'changed', before: 'before', after: 'after' }],
  notes: ['a note'],
};
