import { inPackage, padded, type Peer } from './peer.ts';

export const postgratorCli: Peer = {
  name: 'postgrator-cli',
  files: (migrations) =>
    new Map(migrations.map(({ number, name, up }) => [`migrations/${padded(number)}.do.${name}.sql`, up])),
  command: [inPackage('postgrator-cli/index.js'), '--no-config', '--driver', 'pg'],
  variables: (database) => ({
    PGHOST: database.hostname,
    PGPORT: database.port,
    PGUSER: database.username,
    PGPASSWORD: decodeURIComponent(database.password),
    PGDATABASE: database.pathname.slice(1),
  }),
};
