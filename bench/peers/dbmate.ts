import { fileName } from '../histories.ts';
import { inPackage, type Peer } from './peer.ts';

export const dbmate: Peer = {
  name: 'dbmate',
  files: (migrations) =>
    new Map(
      migrations.map((one) => [
        `migrations/${fileName(one, 'sql')}`,
        `-- migrate:up\n${one.up}\n\n-- migrate:down\n${one.down}\n`,
      ]),
    ),
  command: [inPackage('dbmate/dist/cli.js'), '--no-dump-schema', '--migrations-dir', 'migrations', 'migrate'],
  variables: (database) => ({ DATABASE_URL: `${database.href}?sslmode=disable` }),
};
