import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Finding } from '../shadow/recipe/finding.ts';
import { judgeServer } from '../shadow/recipe/judge.ts';
import { readServerFacts } from '../shadow/recipe/read-facts.ts';
import { UsageError, type Terminal } from './terminal.ts';

export const doctorUsage = `tidegate doctor: whether a server of yours is fit for the SQL of pull requests

  --shadow URL    the administrator's URL, as in tidegate.yml under shadow; it is only read

It prints what is not as docs/security.md has it, with the statements that mend it.
Exit status: 0 safe; 1 unsafe, or it cannot be reached; 2 wrong use.
`;

/** `tidegate doctor`: judges an external shadow server. Returns the exit status. */
export async function doctorCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(doctorUsage);
    return 0;
  }
  const url = shadowUrl(args);
  const facts = await readServerFacts(url).catch((error: unknown) => sayUnreachable(error, terminal));
  if (facts === null) return 1;
  const findings = judgeServer(facts);
  terminal.print(reported(findings));
  return findings.some(({ weight }) => weight === 'unsafe') ? 1 : 0;
}

function shadowUrl(args: readonly string[]): string {
  const url = shadowOption(args);
  if (url !== undefined && /^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return url;
  // The address is not repeated: a password may be in it.
  throw new UsageError('--shadow: the URL of a server was expected, such as postgres://admin@host/postgres.');
}

function shadowOption(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], strict: true, options: { shadow: { type: 'string' } } }).values
      .shadow;
  } catch {
    throw new UsageError('tidegate doctor takes --shadow URL.');
  }
}

function sayUnreachable(error: unknown, terminal: Terminal): null {
  const isServer = error instanceof pg.DatabaseError;
  const isNetwork = error instanceof Error && ('code' in error || error.message.startsWith('timeout'));
  if (!isServer && !isNetwork) throw error;
  terminal.complain(`The server could not be asked: ${error.message}\n`);
  return null;
}

/** One paragraph a finding, the unsafe ones first. */
export function reported(findings: readonly Finding[]): string {
  const order = (['unsafe', 'advice'] as const).flatMap((weight) =>
    findings.filter((finding) => finding.weight === weight),
  );
  const paragraphs = order.map(({ weight, what, mend }) =>
    [`${weight}: ${what}`, ...mend.map((statement) => `    ${statement}`)].join('\n'),
  );
  const isSafe = findings.every(({ weight }) => weight !== 'unsafe');
  const verdict = isSafe
    ? 'The server is fit for the SQL of pull requests. Bound the memory of its processes as well, for example by MemoryMax= or ulimit -v: SQL cannot show that.'
    : 'The server is not safe for the SQL of pull requests.';
  return `${[...paragraphs, verdict].join('\n\n')}\n`;
}
