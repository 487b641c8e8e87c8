/**
 * What runs inside QuickJS, bundled with node-pg-migrate's own builder: loads one migration and returns its
 * steps as text. The migration can change all of it, so nothing here guards the app: what it says is checked
 * outside, and what it can spoil is its own statements alone.
 */
import { MigrationBuilder } from 'node-pg-migrate/migrationBuilder';
import type { GuestAnswer, GuestDirection, GuestRequest } from '../protocol.ts';
import { type Actions, loadActions } from './actions.ts';
import { connectDatabase } from './database.ts';
import { explain } from './explain.ts';
import type { GuestHost } from './host.ts';
import { steadyWorld } from './steady-world.ts';
import { buildSteps } from './steps.ts';

const stringify = JSON.stringify;

/** Answers with a GuestAnswer as JSON. `seed` moves the clock and the random numbers. */
export async function run(request: GuestRequest, seed: number, host: GuestHost): Promise<string> {
  steadyWorld(seed);
  return stringify(await compile(request, host));
}

async function compile(request: GuestRequest, host: GuestHost): Promise<GuestAnswer> {
  const database = connectDatabase(request, host);
  try {
    const actions = loadActions(request, host);
    const own = { ...actions.shorthands };
    const builder = (): MigrationBuilder =>
      new MigrationBuilder(
        database.connection as Connection,
        { ...request.shorthands, ...own },
        request.decamelize,
        silent,
      );
    const up = await buildUp(builder, actions, request);
    const down = await buildDown(builder, actions, request);
    return { kind: 'compiled', up, down, asked: database.asked(), shorthands: own };
  } catch (error) {
    return { kind: 'failed', ...explain(error, request.entry), asked: database.asked() };
  }
}

// node-pg-migrate types it by pg's own overloads, of which the sandbox answers those with a text.
type Connection = ConstructorParameters<typeof MigrationBuilder>[0];

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

// As Migration.apply of node-pg-migrate decides it, which runs one function given for both in reverse, both ways.
function buildUp(
  builder: () => MigrationBuilder,
  actions: Actions,
  request: GuestRequest,
): Promise<GuestDirection> {
  const reverse = actions.down === actions.up;
  return buildSteps(reverse ? builder().enableReverseMode() : builder(), actions.up, request, 'given');
}

async function buildDown(
  builder: () => MigrationBuilder,
  actions: Actions,
  request: GuestRequest,
): Promise<GuestDirection> {
  if (actions.down === undefined || actions.down === actions.up) {
    return buildSteps(builder().enableReverseMode(), actions.up, request, 'inferred');
  }
  if (typeof actions.down !== 'function') return { kind: 'none' };
  return buildSteps(builder(), actions.down, request, 'given');
}
