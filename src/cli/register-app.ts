import { randomBytes } from 'node:crypto';
import { appendFile, chmod, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { registerRoute, type RegisteredApp } from '../http/register-route.ts';
import { createServer } from '../http/server.ts';
import { templatesDirectory } from '../service/templates-directory.ts';
import { UsageError, type Terminal } from './terminal.ts';

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().default(3000),
  TIDEGATE_URL: z.url('the https address under which GitHub reaches this service'),
  GITHUB_URL: z.url().default('https://github.com'),
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  GH_ORG: z.string().optional(),
});

const converted = z.object({
  id: z.number(),
  pem: z.string(),
  webhook_secret: z.string(),
  html_url: z.url(),
});

/** Serves the pages that register the App, until the process is told to end. Returns the exit status. */
export async function registerApp(terminal: Terminal): Promise<number> {
  const parsed = schema.safeParse(terminal.variables);
  if (!parsed.success) {
    throw new UsageError(
      'APP_ID is not set, so the App is registered first; for that TIDEGATE_URL was expected: ' +
        'the https address under which GitHub reaches this service.',
    );
  }
  const { HOST, PORT, TIDEGATE_URL, GITHUB_URL, GITHUB_API_URL, GH_ORG } = parsed.data;
  const envFile = resolve(terminal.workingDirectory, '.env');
  const octokit = new Octokit({ baseUrl: GITHUB_API_URL });
  const server = await createServer(
    [
      registerRoute({
        manifest: await readFile(join(templatesDirectory, '..', 'app.yml'), 'utf8'),
        template: await readFile(join(templatesDirectory, 'dashboard', 'register.hbs'), 'utf8'),
        stylesheet: await readFile(join(templatesDirectory, 'dashboard', 'tidegate.css'), 'utf8'),
        publicUrl: TIDEGATE_URL,
        githubUrl: GITHUB_URL.replace(/\/$/, ''),
        organisation: GH_ORG ?? null,
        state: randomBytes(24).toString('hex'),
        envFile,
        convert: async (code) => {
          const { data } = await octokit.rest.apps.createFromManifest({ code });
          const { id, pem, webhook_secret, html_url } = converted.parse(data);
          return { id, privateKey: pem, webhookSecret: webhook_secret, htmlUrl: html_url };
        },
        keep: async (app) => {
          // What stands there already, such as the databases' addresses, stays; GitHub shows the key only once.
          await appendFile(envFile, envText(app, terminal.variables), { mode: 0o600 });
          await chmod(envFile, 0o600);
        },
      }),
    ],
    [new URL(GITHUB_URL).origin],
  );
  const url = await server.listen({ host: HOST, port: PORT });
  terminal.print(
    `The App is not registered yet. Open ${TIDEGATE_URL} to register it with GitHub; it is served at ${url} here.\n`,
  );
  await terminal.ended;
  await server.close();
  return 0;
}

/** Settings that were given for the registration and that the service needs as well. */
const lasting = ['TIDEGATE_URL', 'HOST', 'PORT', 'GITHUB_API_URL'];

/** The App's credentials and the lasting settings as Node's --env-file reads them, after whatever stood there. */
function envText({ id, privateKey, webhookSecret }: RegisteredApp, variables: Terminal['variables']): string {
  const given = lasting.flatMap((name) => {
    const value = variables[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return [
    '',
    `APP_ID=${id}`,
    `WEBHOOK_SECRET=${webhookSecret}`,
    `PRIVATE_KEY="${privateKey.trim().replaceAll('\n', '\\n')}"`,
    ...given,
    '',
  ].join('\n');
}
