import { TargetUnavailable } from '../../ports/target.ts';
import type { TargetConnection } from './connect.ts';

const oldest = 14;
const newest = 18;

/** What a connection tells of its server. */
export interface ServerFacts {
  readonly versionNumber: number;
  readonly backend: number;
}

/**
 * Asks the server what it is.
 * @throws TargetUnavailable where it is a replica, or of a version that Tidegate does not know.
 */
export async function inspectServer(
  connection: TargetConnection,
  environment: string,
  allowNewer: boolean,
): Promise<ServerFacts> {
  const { rows } = await connection.client.query<{ version: number; replica: boolean; backend: number }>(
    `SELECT pg_catalog.current_setting('server_version_num')::int AS version,
            pg_catalog.pg_is_in_recovery() AS replica,
            pg_catalog.pg_backend_pid() AS backend`,
  );
  const [facts] = rows;
  if (facts === undefined) throw refusal(environment, connection.place, 'it gave no answer');
  if (facts.replica) throw refusal(environment, connection.place, replicaWords);
  const complaint = versionComplaint(facts.version, allowNewer);
  if (complaint !== null) throw refusal(environment, connection.place, complaint);
  return { versionNumber: facts.version, backend: facts.backend };
}

const replicaWords =
  'it is a replica (`pg_is_in_recovery()` is true), and nothing can be applied there. Give the address of the primary';

/** Why a server version is not taken; null where it is. */
export function versionComplaint(versionNumber: number, allowNewer: boolean): string | null {
  const major = Math.floor(versionNumber / 10_000);
  if (major < oldest) {
    return `it runs PostgreSQL ${major}; Tidegate needs ${oldest} or newer. Upgrade the server`;
  }
  if (major > newest && !allowNewer) {
    return `it runs PostgreSQL ${major}, and this version of Tidegate knows ${oldest} to ${newest}. Upgrade Tidegate, or allow newer servers in the server’s configuration`;
  }
  return null;
}

/**
 * Tells a transaction pooler (PgBouncer's `pool_mode = transaction` and its like) from a server: there, one
 * session's queries reach several backends, or two sessions share one. `others` are connections that are open
 * at the same time.
 * @throws TargetUnavailable where there is one in between.
 */
export async function refusePooler(
  environment: string,
  first: TargetConnection,
  others: readonly TargetConnection[],
): Promise<void> {
  const seen: Set<number>[] = [];
  for (const connection of [first, ...others]) seen.push(await backendsOf(connection));
  const moved = seen.some((backends) => backends.size !== 1);
  const shared = new Set(seen.flatMap((backends) => [...backends])).size < seen.length;
  if (moved || shared) throw refusal(environment, first.place, poolerWords);
}

const poolerWords =
  'there is a transaction pooler in between: one session is not one backend there, so a lock taken in it protects nothing. ' +
  'Give the server’s own address, or that of a pool in session mode';

/**
 * Whether something stands between: a server tells a new session its backend's pid (`BackendKeyData`), a pooler or
 * proxy tells a number of its own. By itself that is no reason to refuse: a pool in session mode does so as well.
 */
export function isBehindProxy({ client }: TargetConnection, { backend }: ServerFacts): boolean {
  return Reflect.get(client, 'processID') !== backend;
}

async function backendsOf({ client }: TargetConnection): Promise<Set<number>> {
  const backends = new Set<number>();
  for (let asked = 0; asked < 3; asked += 1) {
    const { rows } = await client.query<{ backend: number }>('SELECT pg_catalog.pg_backend_pid() AS backend');
    for (const { backend } of rows) backends.add(backend);
  }
  return backends;
}

function refusal(environment: string, place: string, words: string): TargetUnavailable {
  return new TargetUnavailable(
    `The database of environment ${environment} at ${place} cannot be used: ${words}.`,
  );
}
