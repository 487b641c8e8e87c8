import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readSetup } from '../jobs/setup.ts';
import { repositoryStatus } from '../jobs/repository-status.ts';
import { repositoryName } from './gate-arguments.ts';
import { problemLines, withRepository } from './look-at-repository.ts';
import { statusJson, statusText } from './status-text.ts';
import { UsageError, type Terminal } from './terminal.ts';

const usage = `tidegate status: how every environment of a repository stands, and every migration in it

  --repository OWNER/NAME   the repository, as in tidegate.yml
  --format FORMAT           text (what is not applied everywhere) or json (everything); default: text

It uses the server's file and the App's credentials, as tidegate start does, and changes nothing.
Exit status: 0 every environment could be asked, runs what its branch holds, has not drifted and is not on hold; 1 not so;
2 wrong use.
`;

/** `tidegate status`. Returns the exit status. */
export async function statusCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(usage);
    return 0;
  }
  const { repository, format } = statusArguments(args);
  return withRepository(repository, terminal, async (host, { tools }) => {
    const setup = await readSetup(host, tools);
    if (setup.kind !== 'ready') {
      throw new UsageError(
        `The repository's rules were expected to be readable. Mend them first:\n${problemLines(setup)}`,
      );
    }
    const status = await repositoryStatus(host, setup, tools);
    terminal.print((format === 'json' ? statusJson : statusText)(status, repository));
    const isFine = status.environments.every(
      ({ hold, unavailable, pending, drift }) =>
        hold === null && unavailable === null && pending.length === 0 && drift === null,
    );
    return isFine ? 0 : 1;
  });
}

function statusArguments(args: readonly string[]): { repository: string; format: 'text' | 'json' } {
  const options = { repository: { type: 'string' }, format: { type: 'string' } } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    const format = z.enum(['text', 'json']).safeParse(values.format ?? 'text');
    if (!format.success) throw new UsageError('--format text or --format json was expected.');
    return { repository: repositoryName(values.repository), format: format.data };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
