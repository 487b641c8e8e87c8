import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

/**
 * Runs a configuration of Vitest with the whole numbers that the command line gives by name, as in `--sequences 300`.
 * Its tests run in processes of their own, which find each in the environment, as in `TIDEGATE_GATE_SEQUENCES`.
 */
export async function runRandom(config: string, prefix: string, names: readonly string[]): Promise<void> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ options });
  for (const [name, text] of Object.entries(values)) {
    if (typeof text !== 'string' || !/^[1-9]\d{0,8}$/.test(text)) {
      process.stderr.write(`--${name}: expected a whole number from 1, found ${String(text)}\n`);
      process.exitCode = 2;
      return;
    }
    process.env[`${prefix}_${name.toUpperCase().replaceAll('-', '_')}`] = text;
  }
  const vitest = await startVitest([], { config, watch: false });
  await vitest.close();
}

/** A number that was given so, in the environment; null where none was. */
export function givenNumber(name: string): number | null {
  const value = Number(process.env[name]);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
