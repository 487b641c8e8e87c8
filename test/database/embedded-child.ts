import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';

// A process that starts a server, says which, and waits to be killed.
const [directory = '', durable = ''] = process.argv.slice(2);
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const server = await startEmbeddedPostgres({ directory, durable: durable === 'durable', log });
process.stdout.write(`${server.pid}\n`);
setInterval(nothing, 60_000);

function nothing(): void {
  // Only to be alive.
}
