import { createHash } from 'node:crypto';
import { inPackage, padded, type Peer } from './peer.ts';

export const graphileMigrate: Peer = {
  name: 'graphile-migrate',
  files: (migrations) => {
    const files = new Map([['.gmrc', '{}']]);
    let previous: string | null = null;
    for (const { number, name, up } of migrations) {
      const hash = hashOf(up, previous);
      files.set(
        `migrations/committed/${padded(number)}-${name}.sql`,
        `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n\n${up}\n`,
      );
      previous = hash;
    }
    return files;
  },
  command: [inPackage('graphile-migrate/dist/cli.js'), 'migrate'],
  variables: (database) => ({ DATABASE_URL: database.href }),
};

/** Each committed migration is bound to the one before it by this. */
function hashOf(body: string, previous: string | null): string {
  const text = `${`${previous ?? ''}\n${body.trim()}`.trim()}\n`;
  return `sha1:${createHash('sha1').update(text).digest('hex')}`;
}
