import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createLog } from '../service/log.ts';
import { isRegistered, serviceSettings } from '../service/settings.ts';
import { startService, type Role } from '../service/start-service.ts';
import { registerApp } from './register-app.ts';
import { UsageError, type Terminal } from './terminal.ts';

export const startUsage = `tidegate start: the service

  --role ROLE    all, web or worker (default: all)

Its settings are environment variables: see README.md, "Running it".
`;

/** `tidegate start`: runs until the process is told to end. Returns the exit status. */
export async function startCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(startUsage);
    return 0;
  }
  const role = roleOf(args);
  if (!isRegistered(terminal.variables)) return registerApp(terminal);
  const settings = serviceSettings(terminal.variables);
  const log = createLog(settings.logLevel, [settings.webhookSecret, settings.privateKey]);
  const clock = (): Date => new Date();
  const service = await startService({
    settings,
    variables: terminal.variables,
    role,
    log,
    clock,
    wait: sleep,
    random: Math.random,
  });
  terminal.print(service.url === null ? 'Tidegate works\n' : `Tidegate listens on ${service.url}\n`);
  await terminal.ended;
  log.info({}, 'stopping: running jobs may finish');
  await service.close();
  return 0;
}

function roleOf(args: readonly string[]): Role {
  try {
    const { values } = parseArgs({ args: [...args], strict: true, options: { role: { type: 'string' } } });
    return z.enum(['all', 'web', 'worker']).parse(values.role ?? 'all');
  } catch {
    throw new UsageError('--role all, web or worker was expected.');
  }
}
