import { readFile } from 'node:fs/promises';
import { parseServerConfig, type ServerConfig } from '../config/server-config.ts';
import { SettingsError } from './settings-error.ts';

/** Reads the server's file. Throws SettingsError where it cannot be read, ConfigError where it cannot be used. */
export async function readServerConfig(path: string): Promise<ServerConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new SettingsError(
      `TIDEGATE_CONFIG names ${path}, the file that says which databases there are; it cannot be read. ` +
        'Write it (README.md, “Running it”), or set TIDEGATE_CONFIG to where it is.',
    );
  }
  return parseServerConfig(text, path);
}
