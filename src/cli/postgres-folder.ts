import { resolve } from 'node:path';
import { dataFolder } from '../service/settings.ts';
import type { Terminal } from './terminal.ts';

/** Where versions of PostgreSQL are installed: where the service looks for them too. */
export function postgresFolder({ variables, workingDirectory }: Terminal): string {
  const dataDirectory = variables['TIDEGATE_DATA']?.trim() ?? '';
  const folder = dataFolder(
    { dataDirectory: dataDirectory === '' ? '.tidegate' : dataDirectory },
    'postgres',
  );
  return resolve(workingDirectory, folder);
}
