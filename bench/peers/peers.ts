import { dbmate } from './dbmate.ts';
import { drizzleKit } from './drizzle-kit.ts';
import { graphileMigrate } from './graphile-migrate.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import type { Peer } from './peer.ts';
import { postgratorCli } from './postgrator-cli.ts';

export const peers: readonly Peer[] = [nodePgMigrate, dbmate, postgratorCli, drizzleKit, graphileMigrate];
