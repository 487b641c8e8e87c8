import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../src/service/log.ts';
import { serviceSettings } from '../../src/service/settings.ts';
import { startService, type Service } from '../../src/service/start-service.ts';
import { createDatabase, type TestDatabase } from './postgres.ts';

/** What the service's webhooks are signed with. */
export const webhookSecret = 'a webhook secret';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The service as it takes deliveries and works on none; it knows no GitHub. */
export interface ListeningService {
  readonly service: Service;
  /** The control database. */
  readonly database: TestDatabase;
  close(): Promise<void>;
}

export async function startListening(): Promise<ListeningService> {
  const database = await createDatabase('listening');
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-listening-'));
  const config = join(directory, 'tidegate.yml');
  await writeFile(
    config,
    'control: { url: env:CONTROL }\ndatabases:\n  - { repository: acme/shop, environment: dev, url: env:DEV }\n',
  );
  const variables = {
    APP_ID: '1',
    PRIVATE_KEY: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    WEBHOOK_SECRET: webhookSecret,
    PORT: '0',
    TIDEGATE_CONFIG: config,
    TIDEGATE_DATA: directory,
    CONTROL: database.url,
  };
  const service = await startService({
    settings: serviceSettings(variables),
    variables,
    role: 'web',
    log: createLog('silent', []),
    clock: () => new Date(),
    wait: sleep,
    random: Math.random,
  });
  return {
    service,
    database,
    close: async () => {
      await service.close();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
