import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { resolveSecret } from '../config/resolve-secret.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres.ts';
import { shadowDirectory } from '../database/embedded/shadow-directory.ts';
import { openControlDatabase, type ControlDatabase } from '../database/control/open.ts';
import type { Clock } from '../ports/clock.ts';
import { requireSafeServer } from '../shadow/recipe/require-safe.ts';
import { openShadowServer, type ShadowServer } from '../shadow/shadow-server.ts';
import { dataFolder, type ServiceSettings, type Variables } from './settings.ts';
import type { Stack } from './stack.ts';

export interface ServerRequest {
  readonly settings: ServiceSettings;
  readonly config: ServerConfig;
  readonly variables: Variables;
  readonly clock: Clock;
  readonly log: Logger;
  readonly stack: Stack;
}

/** Opens the control database: the configured one, else an embedded server's in the data folder. */
export async function openControl({
  settings,
  config,
  variables,
  log,
  stack,
}: ServerRequest): Promise<ControlDatabase & { readonly url: string }> {
  const url =
    config.control === undefined
      ? await embeddedControl(settings, log, stack)
      : await resolveSecret(config.control.url, variables);
  const control = await openControlDatabase(url);
  stack.opened('control database', control, (open) => open.close());
  return { ...control, url };
}

async function embeddedControl(settings: ServiceSettings, log: Logger, stack: Stack): Promise<string> {
  const directory = resolve(dataFolder(settings, 'control'));
  log.warn(
    { directory },
    'no control database is configured: an embedded one is used, for this process alone',
  );
  const server = await startEmbeddedPostgres({ directory, durable: true, log });
  stack.opened('embedded control server', server, (open) => open.stop());
  return server.superuserUrl('postgres');
}

/** Opens the shadow server: the configured one, else an embedded one that is thrown away at the end. */
export async function openShadow({
  settings,
  config,
  variables,
  clock,
  log,
  stack,
}: ServerRequest): Promise<ShadowServer> {
  const common = { newId: randomUUID, now: clock, log };
  if (config.shadow !== undefined) {
    const adminUrl = await resolveSecret(config.shadow.url, variables);
    const findings = await requireSafeServer(adminUrl, config.shadow.unsafe !== undefined);
    for (const { weight, what, mend } of findings) log.warn({ weight, mend }, `the shadow server: ${what}`);
    return stack.opened('shadow', await openShadowServer({ adminUrl, ...common }), (open) => open.close());
  }
  const directory = await shadowDirectory(resolve(dataFolder(settings, 'shadow')));
  const server = await startEmbeddedPostgres({ directory, durable: false, log });
  stack.opened('embedded shadow server', server, (open) => open.stop());
  const superuserUrl = server.superuserUrl('postgres');
  return stack.opened('shadow', await openShadowServer({ superuserUrl, ...common }), (open) => open.close());
}
