import { resolve } from 'node:path';
import { resolveSecret } from '../config/resolve-secret.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { openControlForReading, type ReadableControl } from '../database/control/open-for-reading.ts';
import { runningServerUrl } from '../database/embedded/running-server.ts';
import { SettingsError } from './settings-error.ts';
import { dataFolder, type ServiceSettings, type Variables } from './settings.ts';

/**
 * The service's own database, for looking only. The embedded one is the running service's: another server in its
 * folder would end that. Throws SettingsError where that is not up, and an Error where a database cannot be read.
 */
export async function openServiceControl(
  settings: Pick<ServiceSettings, 'dataDirectory'>,
  { control }: ServerConfig,
  variables: Variables,
): Promise<ReadableControl> {
  if (control !== undefined) return openControlForReading(await resolveSecret(control.url, variables));
  const directory = resolve(dataFolder(settings, 'control'));
  const url = await runningServerUrl(directory, 'postgres');
  if (url !== null) return openControlForReading(url);
  throw new SettingsError(
    `No control database is configured, so the service's own was expected to be up in ${directory}; it is not. ` +
      'Start the service (`tidegate start`) on this machine, or name a control database in its file.',
  );
}
