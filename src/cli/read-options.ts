import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './terminal.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; strict: true; allowPositionals: false; options: O }>
>['values'];

/** An option that takes a text. */
export const text = { type: 'string' } as const;

/** The options of `tidegate <command>`, and nothing else. Throws UsageError, with where they are listed. */
export function readOptions<const O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
): Values<O> {
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options }).values;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${what}\ntidegate ${command} --help lists the options.`);
  }
}

/** A server's or database's URL. Throws UsageError, which does not repeat it: a password may be in it. */
export function databaseUrl(option: string, url: string): string {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new UsageError(
    `${option}: the URL of a database was expected, such as postgres://user@host/database.`,
  );
}
