import { parseArgs } from 'node:util';
import pg from 'pg';
import { extensionList } from '../config/shadow-extensions.ts';
import type { Finding } from '../shadow/recipe/finding.ts';
import { judgeExtensions } from '../shadow/recipe/judge-extensions.ts';
import { judgeServer } from '../shadow/recipe/judge.ts';
import { readExtensionFacts } from '../shadow/recipe/read-extensions.ts';
import { readServerFacts } from '../shadow/recipe/read-facts.ts';
import { repositoryName } from './gate-arguments.ts';
import { databaseUrl } from './read-options.ts';
import { UsageError, type Terminal } from './terminal.ts';

export const doctorUsage = `tidegate doctor: whether a server of yours is fit for the SQL of pull requests, or whether GitHub guards the
branches of protected environments

  --shadow URL              the administrator's URL, as in tidegate.yml under shadow; it is only read
  --extensions LIST         with --shadow: what stands under shadow.extensions, with commas: whether plans find them
                            there
  --repository OWNER/NAME   instead: whether both checks are required on its protected environments' branches, from
                            this App alone, with nobody who passes them by, and no force pushes or deletion. It uses
                            the server's file and the App's credentials, as tidegate start does
  --fix                     with --repository: makes a ruleset for each such branch, where the App may

It prints what is not as it should be (docs/security.md), with what mends it. What the App may not look at is said,
and never taken as fine.
Exit status: 0 fine; 1 it is not, could not be looked at or reached; 2 wrong use.
`;

/** `tidegate doctor`: judges an external shadow server, or a repository's branches. Returns the exit status. */
export async function doctorCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(doctorUsage);
    return 0;
  }
  const { shadow, extensions, repository, fix = false } = options(args);
  if (repository !== undefined) {
    if (shadow !== undefined) throw new UsageError('Either --shadow or --repository was expected.');
    if (extensions !== undefined) throw new UsageError('--extensions was expected with --shadow URL only.');
    // What asks GitHub is loaded for this alone.
    const { doctorOfRepository } = await import('./doctor-repository.ts');
    return doctorOfRepository(repositoryName(repository), fix, terminal);
  }
  if (fix) throw new UsageError('--fix was expected with --repository OWNER/NAME only.');
  const found = findingsOf(
    databaseUrl('--shadow', shadow ?? ''),
    extensions === undefined ? [] : listed(extensions),
  );
  const findings = await found.catch((error: unknown) => sayUnreachable(error, terminal));
  if (findings === null) return 1;
  terminal.print(reported(findings));
  return findings.some(({ weight }) => weight === 'unsafe') ? 1 : 0;
}

async function findingsOf(url: string, extensions: readonly string[]): Promise<readonly Finding[]> {
  const server = judgeServer(await readServerFacts(url));
  return [...server, ...judgeExtensions(await readExtensionFacts(url, extensions))];
}

function options(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: { shadow: text, extensions: text, repository: text, fix: { type: 'boolean' } },
    }).values;
  } catch {
    throw new UsageError(
      'tidegate doctor takes --shadow URL with or without --extensions LIST, or --repository OWNER/NAME with or without --fix.',
    );
  }
}

/** Refuses what tidegate.yml refuses. */
function listed(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const read = extensionList.safeParse(names);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const [at] = issue?.path ?? [];
  const found = typeof at === 'number' ? names[at] : text;
  throw new UsageError(`--extensions: expected ${issue?.message ?? ''}, found ${JSON.stringify(found)}.`);
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
