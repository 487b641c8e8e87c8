import { fileName, sqlFile } from '../histories.ts';
import { inPackage, type Peer } from './peer.ts';

export const nodePgMigrate: Peer = {
  name: 'node-pg-migrate',
  files: (migrations) =>
    new Map(migrations.map((one) => [`migrations/${fileName(one, 'sql')}`, sqlFile(one)])),
  command: [inPackage('node-pg-migrate/bin/node-pg-migrate.js'), 'up'],
  variables: (database) => ({ DATABASE_URL: database.href }),
};
