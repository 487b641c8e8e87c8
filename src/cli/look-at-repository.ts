import type { CodeHost } from '../ports/code-host.ts';
import type { Setup } from '../jobs/setup.ts';
import { revealLine } from '../report/escape/reveal.ts';
import { openLook, type Look } from '../service/look.ts';
import { isRegistered, serviceSettings } from '../service/settings.ts';
import { UsageError, type Terminal } from './terminal.ts';

/**
 * Has `work` look at a repository through the App, with the service's own settings. Throws UsageError where the App
 * is not registered or not installed there, SettingsError and ConfigError as the service does.
 */
export async function withRepository(
  name: string,
  { variables }: Terminal,
  work: (host: CodeHost, look: Look) => Promise<number>,
): Promise<number> {
  if (!isRegistered(variables)) {
    throw new UsageError(
      'APP_ID was expected, with the other variables of the service (README.md, "Running it"): this asks GitHub as the App. ' +
        '`npm start` registers one.',
    );
  }
  const look = await openLook({ settings: serviceSettings(variables), variables });
  try {
    const repository = await look.repository(name);
    const host = repository === null ? null : await look.tools.hosts.forRepository(repository.id);
    if (host !== null) return await work(host, look);
    throw new UsageError(`The App is not installed on ${name}, or there is no such repository.`);
  } finally {
    await look.close();
  }
}

/** What is wrong with a repository's rules, a line each; the file is the repository's, and so may name anything. */
export function problemLines({ problems }: Extract<Setup, { kind: 'broken' }>): string {
  return problems
    .map(({ path, line, message }) => revealLine(`${path ?? ''}:${line ?? 1}: ${message}`))
    .join('\n');
}
