import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SettingsError } from './settings-error.ts';

/** Environment variables, as `process.env` gives them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the service is told by its environment. Names are Probot's where Probot has one. */
export interface ServiceSettings {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** REST address of GitHub; undefined for github.com. */
  readonly apiUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Path of the server's configuration. */
  readonly configPath: string;
  /** Folder for what is kept where no database is configured for it. */
  readonly dataDirectory: string;
  /** Where people reach the service; null: links to whole plans are left out. */
  readonly publicUrl: string | null;
}

const text = z.string().trim().min(1);

const schema = z.object({
  APP_ID: z.coerce.number('a number was expected: the App ID from the App’s settings page').int().positive(),
  PRIVATE_KEY: text.optional(),
  PRIVATE_KEY_PATH: text.optional(),
  WEBHOOK_SECRET: text.optional(),
  GITHUB_API_URL: z.url().optional(),
  GHE_HOST: text.optional(),
  GHE_PROTOCOL: z.enum(['http', 'https']).default('https'),
  HOST: text.default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  TIDEGATE_CONFIG: text.default('tidegate.yml'),
  TIDEGATE_DATA: text.default('.tidegate'),
  TIDEGATE_URL: z.url().optional(),
});

/** Where the service keeps things: all that is needed to read what it wrote down. */
export function keepingSettings(variables: Variables): Pick<ServiceSettings, 'configPath' | 'dataDirectory'> {
  const { TIDEGATE_CONFIG, TIDEGATE_DATA } = schema
    .pick({ TIDEGATE_CONFIG: true, TIDEGATE_DATA: true })
    .parse(filledIn(variables));
  return { configPath: TIDEGATE_CONFIG, dataDirectory: TIDEGATE_DATA };
}

function filledIn(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim() !== ''));
}

/** Whether the App is registered yet: without its id there is only the set-up to serve. */
export function isRegistered(variables: Variables): boolean {
  return variables['APP_ID'] !== undefined && variables['APP_ID'].trim() !== '';
}

/** Reads the settings. Throws SettingsError; no message holds a secret's value. */
export function serviceSettings(variables: Variables): ServiceSettings {
  const parsed = schema.safeParse(filledIn(variables));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new SettingsError(`The environment variables are not as expected:\n${wrong.join('\n')}`);
  }
  const found = parsed.data;
  if (found.WEBHOOK_SECRET === undefined) {
    throw new SettingsError(
      'WEBHOOK_SECRET is not set. Without it anybody could send webhooks, so Tidegate does not start: ' +
        'set it to the secret on the App’s settings page.',
    );
  }
  return {
    appId: found.APP_ID,
    privateKey: privateKey(found),
    webhookSecret: found.WEBHOOK_SECRET,
    apiUrl: apiUrl(found),
    host: found.HOST,
    port: found.PORT,
    logLevel: found.LOG_LEVEL,
    configPath: found.TIDEGATE_CONFIG,
    dataDirectory: found.TIDEGATE_DATA,
    publicUrl: found.TIDEGATE_URL ?? null,
  };
}

type Found = z.infer<typeof schema>;

function apiUrl({ GITHUB_API_URL, GHE_HOST, GHE_PROTOCOL }: Found): string | undefined {
  if (GITHUB_API_URL !== undefined) return GITHUB_API_URL.replace(/\/$/, '');
  return GHE_HOST === undefined ? undefined : `${GHE_PROTOCOL}://${GHE_HOST}/api/v3`;
}

function privateKey({ PRIVATE_KEY, PRIVATE_KEY_PATH }: Found): string {
  // Some hosts cannot keep line breaks in a variable: as in Probot, "\n" stands for one.
  if (PRIVATE_KEY !== undefined) return PRIVATE_KEY.replaceAll('\\n', '\n').replace(/^"|"$/g, '');
  if (PRIVATE_KEY_PATH === undefined) {
    throw new SettingsError(
      'PRIVATE_KEY or PRIVATE_KEY_PATH was expected: the App’s private key, or the path of the file that holds it.',
    );
  }
  try {
    return readFileSync(PRIVATE_KEY_PATH, 'utf8');
  } catch {
    throw new SettingsError(`PRIVATE_KEY_PATH names ${PRIVATE_KEY_PATH}, which cannot be read.`);
  }
}

/** A folder of the service's data, by name. */
export function dataFolder({ dataDirectory }: Pick<ServiceSettings, 'dataDirectory'>, name: string): string {
  return join(dataDirectory, name);
}
