import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { AuditQuery } from '../domain/audit.ts';
import { openServiceControl } from '../service/control-for-reading.ts';
import { readServerConfig } from '../service/server-file.ts';
import { keepingSettings } from '../service/settings.ts';
import { auditText } from './audit-text.ts';
import { repositoryName } from './gate-arguments.ts';
import { UsageError, type Terminal } from './terminal.ts';

const usage = `tidegate audit: who did what, in the order in which it was done

  --repository OWNER/NAME   the repository, as in tidegate.yml
  --environment NAME        only what was done there
  --pull N                  only what was done about that pull request or issue
  --migration NAME          only what was done about that migration
  --actor LOGIN             only what that person did; tidegate for what the App does on its own
  --action NAME             only that kind: applied, gate-decided, rolled-back, glass-broken, rules-agreed, ...
  --since DATE              from then on: 2026-11-01, or 2026-11-01T09:00:00Z
  --until DATE              before then
  --format FORMAT           text, or json: each row whole, one JSON object a line; default: text

It reads the control database that the server's file names, and asks neither GitHub nor a target. Times are UTC.
Exit status: 0, also where nothing was done; 2 wrong use.
`;

/** `tidegate audit`. Returns the exit status. */
export async function auditCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(usage);
    return 0;
  }
  const { repository, format, query } = auditArguments(args);
  const { variables } = terminal;
  const settings = keepingSettings(variables);
  const config = await readServerConfig(settings.configPath);
  const control = await openServiceControl(settings, config, variables);
  try {
    const id = await control.boundTo(repository);
    if (id === null) throw new UsageError(`The service has seen no repository ${repository} yet.`);
    for await (const rows of control.records.auditOf(id, query)) {
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
      terminal.print(format === 'json' ? lines.join('') : auditText(rows));
    }
    return 0;
  } finally {
    await control.close();
  }
}

interface AuditArguments {
  readonly repository: string;
  readonly format: 'text' | 'json';
  readonly query: AuditQuery;
}

const name = z.string('something was expected').min(1, 'something was expected').optional();
const day = 'a date was expected, such as 2026-11-01 or 2026-11-01T09:00:00Z';
const date = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], day)
  .transform((text) => new Date(text));

const written = z.object({
  repository: z.string().optional(),
  environment: name,
  migration: name,
  actor: name.transform((login) => login?.replace(/^@/, '')),
  action: name,
  pull: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'a whole number from 1 was expected')
    .transform(Number)
    .optional(),
  since: date.optional(),
  until: date.optional(),
  format: z.enum(['text', 'json'], 'text or json was expected').default('text'),
});

/** Every option takes a value. */
const options = Object.fromEntries(
  Object.keys(written.shape).map((option) => [option, { type: 'string' } as const]),
);

function auditArguments(args: readonly string[]): AuditArguments {
  const { success, data, error } = written.safeParse(parsed(args));
  if (!success) {
    const [first] = error.issues;
    throw new UsageError(`--${first?.path.join('.') ?? ''}: ${first?.message ?? ''}. ${help}`);
  }
  const { repository, format, pull: pullRequest, ...query } = data;
  return { repository: repositoryName(repository), format, query: { ...query, pullRequest } };
}

const help = 'tidegate audit --help says what there is.';

function parsed(args: readonly string[]): unknown {
  try {
    return parseArgs({ args: [...args], strict: true, options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${help}`);
  }
}
