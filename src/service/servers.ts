import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { resolveSecret } from '../config/resolve-secret.ts';
import type { ServerConfig, ShadowServerEntry } from '../config/server-config.ts';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres.ts';
import { installedNative } from '../database/embedded/installed-versions.ts';
import { bundledMajor, installableMajors } from '../database/embedded/pinned-versions.ts';
import { shadowDirectory } from '../database/embedded/shadow-directory.ts';
import { openControlDatabase, type ControlDatabase } from '../database/control/open.ts';
import type { Clock } from '../ports/clock.ts';
import { requireSafeServer } from '../shadow/recipe/require-safe.ts';
import { openShadowServer, type ShadowServer } from '../shadow/shadow-server.ts';
import { majorOf, shadowServers, type ShadowServers, type ShadowSource } from '../shadow/shadow-servers.ts';
import { SettingsError } from './settings-error.ts';
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

/**
 * Opens the shadow servers that are configured, and an embedded one where none is for all versions. Those of versions
 * that were installed (`tidegate shadow install`) start when a plan first needs them.
 */
export async function openShadows(request: ServerRequest): Promise<ShadowServers> {
  const { config, settings, log } = request;
  const placeFor = (name: string): Promise<string> => shadowDirectory(resolve(dataFolder(settings, name)));
  const {
    url,
    unsafe,
    servers = new Map<number, ShadowServerEntry>(),
    extensions = [],
    spares: spareClones,
  } = config.shadow ?? {};
  const openEmbedded = (directory: string, native?: string): Promise<ShadowServer> =>
    openEmbeddedShadow({ ...request, directory, native, extensions, spareClones });
  const external = new Map<number, ShadowServer>();
  for (const [major, entry] of servers) {
    const server = await openExternalShadow(request, entry);
    requireVersion(server, major);
    external.set(major, server);
  }
  const configured =
    url === undefined ? external.get(bundledMajor) : await openExternalShadow(request, { url, unsafe });
  const preferred = configured ?? (await openEmbedded(await placeFor('shadow')));
  if (url !== undefined) requireOne(preferred, external);
  const embedded = installedShadows(dataFolder(settings, 'postgres'), async (major, native) =>
    openEmbedded(await placeFor(`shadow-${major}`), native),
  );
  const given = [...external].map(([major, server]) => ({ major, open: () => Promise.resolve(server) }));
  const others = async (): Promise<readonly ShadowSource[]> => [...given, ...(await embedded())];
  return shadowServers({ preferred, others, installable: installableMajors, log });
}

/** The versions in a folder, asked anew each time, as sources that `open` starts. */
function installedShadows(
  folder: string,
  open: (major: number, native: string) => Promise<ShadowServer>,
): () => Promise<readonly ShadowSource[]> {
  return async () => {
    const found: ShadowSource[] = [];
    for (const major of installableMajors) {
      const native = await installedNative(resolve(folder), major);
      if (native !== null) found.push({ major, open: () => open(major, native) });
    }
    return found;
  };
}

async function openExternalShadow(
  { config, variables, clock, log, stack }: ServerRequest,
  { url, unsafe }: ShadowServerEntry,
): Promise<ShadowServer> {
  const adminUrl = await resolveSecret(url, variables);
  const { extensions = [], spares: spareClones } = config.shadow ?? {};
  const findings = await requireSafeServer(adminUrl, unsafe !== undefined, extensions);
  for (const { weight, what, mend } of findings) log.warn({ weight, mend }, `the shadow server: ${what}`);
  const options = { adminUrl, newId: randomUUID, now: clock, log, extensions, spareClones };
  const server = await openShadowServer(options);
  return stack.opened('shadow', server, (open) => open.close());
}

function requireVersion({ versionNumber }: ShadowServer, major: number): void {
  const found = majorOf(versionNumber);
  if (found === major) return;
  throw new SettingsError(
    `The server under shadow.servers.${major} was expected to run PostgreSQL ${major}; it runs ${found}. ` +
      `Give the address of another, or put it under ${found}.`,
  );
}

/** Two of one version would leave it open which of them plans are tried on. */
function requireOne({ versionNumber }: ShadowServer, external: ReadonlyMap<number, ShadowServer>): void {
  const major = majorOf(versionNumber);
  if (!external.has(major)) return;
  throw new SettingsError(
    `shadow.url and shadow.servers.${major} were expected to be of different versions; both run PostgreSQL ${major}. Leave one out.`,
  );
}

interface EmbeddedShadowRequest extends Pick<ServerRequest, 'clock' | 'log' | 'stack'> {
  readonly directory: string;
  /** As `EmbeddedOptions.native`. */
  readonly native?: string | undefined;
  /** As `ShadowServerOptions.spareClones`. */
  readonly spareClones?: number | undefined;
  /** As `ShadowServerOptions.extensions`. */
  readonly extensions?: readonly string[];
}

/** Starts an embedded shadow server, which is thrown away when the stack is closed. */
export async function openEmbeddedShadow({
  directory,
  native,
  clock,
  log,
  stack,
  spareClones,
  extensions,
}: EmbeddedShadowRequest): Promise<ShadowServer> {
  const server = await startEmbeddedPostgres({ directory, durable: false, log, native });
  stack.opened('embedded shadow server', server, (open) => open.stop());
  const superuserUrl = server.superuserUrl('postgres');
  const shadow = await openShadowServer({
    superuserUrl,
    newId: randomUUID,
    now: clock,
    log,
    spareClones,
    ...(extensions === undefined ? {} : { extensions }),
  });
  return stack.opened('shadow', shadow, (open) => open.close());
}
