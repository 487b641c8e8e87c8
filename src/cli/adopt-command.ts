import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRepositoryConfig } from '../config/repository-config.ts';
import { createTargets } from '../database/target/targets.ts';
import { defaultMigrationSettings, type MigrationSettings } from '../domain/migration.ts';
import { environmentId } from '../domain/repository.ts';
import { TargetUnavailable } from '../ports/target.ts';
import { Stack } from '../service/stack.ts';
import { adoptArguments, adoptUsage, type AdoptArguments } from './adopt-arguments.ts';
import { adoptRan } from './adopt-ran.ts';
import { writeFirst } from './adopt-schema.ts';
import { recordCommitted } from './adopt-committed.ts';
import { CannotAdopt, targetKey, type Adoption } from './adoption.ts';
import { commandLog } from './command-log.ts';
import { readLocalFolder } from './local-folder.ts';
import { UsageError, type Terminal } from './terminal.ts';

/** `tidegate adopt`: takes an existing database under Tidegate. Returns the exit status. */
export async function adoptCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(adoptUsage);
    return 0;
  }
  const asked = adoptArguments(args);
  const stack = new Stack();
  const stopped = new AbortController();
  void terminal.ended.then(() => stopped.abort());
  try {
    terminal.print(await adopt(asked, terminal, stack, stopped.signal));
    return 0;
  } catch (error) {
    if (!(error instanceof TargetUnavailable || error instanceof CannotAdopt)) throw error;
    terminal.complain(`${inWordsOfCommandLine(error.message)}\n`);
    return 1;
  } finally {
    await stack.close((name, error) => terminal.complain(`${name} could not be closed: ${String(error)}\n`));
  }
}

async function adopt(
  asked: AdoptArguments,
  terminal: Terminal,
  stack: Stack,
  signal: AbortSignal,
): Promise<string> {
  const rules = await settingsIn(asked.rules, terminal);
  const directory = resolve(terminal.workingDirectory, asked.migrations ?? rules.directory);
  const settings = { ...rules, directory: basename(directory) };
  const wait = (milliseconds: number): Promise<void> => sleep(milliseconds);
  const address = { url: () => Promise.resolve(asked.url), readUrl: () => Promise.resolve(null) };
  const options = { log: commandLog(), wait, random: Math.random, path: terminal.variables['PATH'] };
  const targets = createTargets(new Map([[environmentId(targetKey), address]]), options);
  const state = await targets.read(targetKey, settings);
  const adoption: Adoption = { asked, directory, settings, targets, state, terminal, stack, signal };
  if (state.history.length > 0) return adoptRan(adoption);
  if (asked.record) return recordCommitted(adoption);
  return writeFirst(adoption, await readLocalFolder(directory, settings.directory));
}

/** What a repository's file says of its migrations. Throws UsageError, and ConfigError where it is broken. */
async function settingsIn(rules: string | null, terminal: Terminal): Promise<MigrationSettings> {
  if (rules === null) return defaultMigrationSettings;
  let text: string;
  try {
    text = await readFile(resolve(terminal.workingDirectory, rules), 'utf8');
  } catch {
    throw new UsageError(
      `--rules ${rules}: the repository's .github/tidegate.yml was expected, and cannot be read.`,
    );
  }
  return parseRepositoryConfig(text, rules).migrations;
}

/** On the command line there is neither an environment nor a server's configuration. */
function inWordsOfCommandLine(message: string): string {
  return message
    .replace(`The database of environment ${targetKey.environment}`, 'The database of --database URL')
    .replace('its `url` in the server’s configuration is right', 'the URL is right')
    .replaceAll(`environment ${targetKey.environment}`, 'the database of --database URL');
}
