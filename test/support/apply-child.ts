/** A worker in a process of its own, to be killed: applies a migration that ends with the statement given. */
import { setTimeout as sleep } from 'node:timers/promises';
import { applySteps } from '../../src/apply/apply-steps.ts';
import { createTargets } from '../../src/database/target/targets.ts';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';

const [url = '', ...statements] = process.argv.slice(2);
const nothing = (): void => undefined;
const wait = (ms: number): Promise<void> => sleep(ms);
const targets = createTargets(
  new Map([['1/dev', { url: () => Promise.resolve(url), readUrl: () => Promise.resolve(null) }]]),
  { log: { debug: nothing, info: nothing, warn: nothing, error: nothing }, wait, random: () => 0.5 },
);
const steps = statements.map((sql, index) => {
  const script = { statements: [{ sql, line: 1 }], transaction: true };
  const migration = `${index + 1}_child`;
  return { migration, checksum: 'c', direction: 'up', script, up: script, down: null } as const;
});
const origin = { digest: 'd', commit: 'c', pullRequest: null, actor: 'child' };
await targets.withLock({ repositoryId: 1, environment: 'dev' }, defaultMigrationSettings, (locked) =>
  applySteps(locked, steps, origin, { wait, random: () => 0.5, attempts: 1 }),
);
