import { describe, expect, it } from 'vitest';
import { applySteps } from '../../src/apply/apply-steps.ts';
import type { ApplyStep } from '../../src/domain/apply.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import {
  dev,
  openTarget,
  origin,
  outside,
  pace,
  script,
  settings,
  stepOf,
} from '../support/target-fixture.ts';

/** mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const migrations = 6;

/** Odd ones run inside a transaction, even ones outside; a breaking one fails at its last statement. */
function migration(number: number, direction: 'up' | 'down', breaks: boolean): ApplyStep {
  const of = number % 2 === 1 ? script : outside;
  const last = breaks ? ['SELECT 1/0'] : [];
  return stepOf(
    `${number}_m`,
    of(`CREATE TABLE IF NOT EXISTS m${number} (id int)`, `INSERT INTO m${number} VALUES (1)`, ...last),
    of(`DROP TABLE IF EXISTS m${number}`, ...last),
    direction,
  );
}

describe('after any sequence of ups and downs with failures', () => {
  for (const seed of [1, 2, 3]) {
    it(`history equals ledger, and both equal the tables (seed ${seed})`, async () => {
      const random = seeded(seed);
      await using target = await openTarget();
      const proxy = await startCuttingProxy(target.url);
      const worker = target.worker({ url: proxy.url });
      const log: string[] = [];
      for (let round = 0; round < 10; round += 1) {
        const number = 1 + Math.floor(random() * migrations);
        const direction = random() < 0.6 ? 'up' : 'down';
        const fault = ['none', 'none', 'breaks', 'before', 'after'][Math.floor(random() * 5)];
        const outcome = await worker.withLock(dev, settings, (locked) => {
          if (fault === 'before' || fault === 'after') proxy.cutAt('COMMIT', fault);
          const step = migration(number, direction, fault === 'breaks');
          return applySteps(locked, [step], origin, { ...pace, random });
        });
        log.push(`${number} ${direction} ${fault} -> ${outcome.steps.at(-1)?.status}`);
        // A statement outside a transaction that failed is finished by its repaired version.
        if (outcome.status !== 'done' && number % 2 === 0) {
          const repaired = await worker.withLock(dev, settings, (locked) =>
            applySteps(locked, [migration(number, direction, false)], origin, pace),
          );
          expect(repaired.status, log.join('\n')).toBe('done');
        }

        const { history, ledger } = await target.targets.read(dev, settings);
        const names = history.map(({ name }) => name);
        expect(
          ledger.map(({ name }) => name),
          log.join('\n'),
        ).toEqual(names);
        const tables = await target.rows(
          `SELECT substr(relname, 2) || '_m' AS name FROM pg_class WHERE relname ~ '^m[0-9]$' ORDER BY 1`,
        );
        expect(
          tables.map(({ name }) => name),
          log.join('\n'),
        ).toEqual(names.toSorted());
        for (const name of names) {
          const ran = await target.rows(`SELECT count(*)::int AS times FROM m${name.slice(0, 1)}`);
          expect(ran, log.join('\n')).toEqual([{ times: 1 }]);
        }
      }
      await proxy.close();
    });
  }
});
