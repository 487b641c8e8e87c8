import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly only: readonly string[];
  readonly sizes: readonly number[];
  readonly isQuick: boolean;
  /** Where the measurements go; null for nowhere. */
  readonly json: string | null;
  /** Measurements to show instead of making any; null for a run. */
  readonly from: string | null;
  readonly writeDocs: boolean;
}

/** Called in a way that is not understood; the message says what was expected. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

const usual = { sizes: [100, 500, 2_000, 10_000], quick: [100] } as const;

export const usage = (suites: readonly { readonly name: string; readonly about: string }[]): string =>
  `npm run bench -- [options]: how long a plan takes, measured

  --only SUITE[,SUITE]  these alone, of:
${suites.map(({ name, about }) => `                          ${name.padEnd(8)}  ${about}`).join('\n')}
  --sizes N[,N]         lengths of histories (default: ${usual.sizes.join(',')})
  --quick               few runs, and ${usual.quick.join(',')} alone unless --sizes says otherwise
  --json FILE           writes the measurements
  --from FILE           measures nothing: shows what --json wrote
  --write-docs          writes them into docs/performance.md, and draws docs/plan-time.svg
`;

/** Reads the arguments; null where help is asked for. Throws WrongUse. */
export function benchArguments(args: readonly string[], names: readonly string[]): BenchArguments | null {
  const values = parsed(args);
  if (values.help === true) return null;
  const only = values.only?.split(',') ?? [...names];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new WrongUse(`--only: one of ${names.join(', ')} was expected; found ${unknown}.`);
  }
  const isQuick = values.quick === true;
  return {
    only,
    sizes: values.sizes === undefined ? (isQuick ? usual.quick : usual.sizes) : sizesOf(values.sizes),
    isQuick,
    json: values.json ?? null,
    from: values.from ?? null,
    writeDocs: values['write-docs'] === true,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        only: text,
        sizes: text,
        quick: flag,
        json: text,
        from: text,
        'write-docs': flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new WrongUse(
      `${error instanceof Error ? error.message : String(error)}; --help lists the options.`,
    );
  }
}

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map(Number);
  // The pending migration is about the first table of a history.
  if (sizes.every((size) => Number.isSafeInteger(size) && size >= 1 && size <= 100_000)) {
    return [...new Set(sizes)].toSorted((a, b) => a - b);
  }
  throw new WrongUse(`--sizes: whole numbers from 1 to 100000 were expected, as in 100,2000; found ${text}.`);
}
