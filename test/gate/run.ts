import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/**
 * `npm run test:gate -- --sequences N --end-to-end M --seed S`: the gate beside its model, as long as is said. Without
 * numbers it is as long as in every run; the seed is then the clock's, and printed.
 */
const { values } = parseArgs({
  options: {
    sequences: { type: 'string' },
    'end-to-end': { type: 'string' },
    seed: { type: 'string' },
  },
});

/** The tests run in processes of their own, which take their numbers from the environment. */
for (const [option, text] of Object.entries(values)) {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    process.stderr.write(`--${option}: expected a whole number from 1, found ${text}\n`);
    process.exit(2);
  }
  process.env[`TIDEGATE_GATE_${option.toUpperCase().replaceAll('-', '_')}`] = text;
}

const vitest = await startVitest([], { config: 'vitest.gate.config.ts', watch: false });
await vitest.close();
