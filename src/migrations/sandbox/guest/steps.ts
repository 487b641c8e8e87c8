import type { MigrationBuilder } from 'node-pg-migrate/migrationBuilder';
import type { GuestDirection, GuestRequest, Place } from '../protocol.ts';
import { explain, placeIn } from './explain.ts';

/**
 * Runs one direction of a migration on a builder of its own and takes its steps, each with the place of the
 * `pgm` call that made it. `inferred` is the way back that node-pg-migrate derives by running up in reverse:
 * what cannot be derived is no way back.
 */
export async function buildSteps(
  builder: MigrationBuilder,
  action: unknown,
  request: GuestRequest,
  origin: 'given' | 'inferred',
): Promise<GuestDirection> {
  const places = recordPlaces(builder, request.entry);
  try {
    if (typeof action !== 'function') throw new TypeError('expected an exported function "up"');
    await call(action, builder);
    const sqls = builder.getSqlSteps();
    if (Reflect.get(builder, '_REVERSE_MODE') === true) places.reverse();
    checkAmount(sqls, request);
    return {
      kind: 'steps',
      transaction: builder.isUsingTransaction(),
      steps: withPlaces(sqls, places),
      inferred: origin === 'inferred',
    };
  } catch (error) {
    return origin === 'inferred' ? { kind: 'none' } : { kind: 'error', ...explain(error, request.entry) };
  }
}

// A function of two parameters gets a callback, as in Migration._apply.
function call(action: NewableFunction | CallableFunction, builder: MigrationBuilder): Promise<unknown> {
  if (action.length !== 2) return Promise.resolve(Reflect.apply(action, undefined, [builder]));
  return new Promise((resolve) => void Reflect.apply(action, undefined, [builder, resolve]));
}

function recordPlaces(builder: MigrationBuilder, entry: string): (Place | null)[] {
  const places: (Place | null)[] = [];
  for (const name of Object.keys(builder)) {
    const method: unknown = Reflect.get(builder, name);
    if (typeof method !== 'function' || name === 'func') continue;
    const recorded = (...args: unknown[]): unknown => {
      const stack = new Error().stack ?? '';
      const result: unknown = Reflect.apply(method, builder, args);
      const place = placeIn(stack, entry);
      const added = builder.getSqlSteps().length - places.length;
      for (let count = 0; count < added; count += 1) places.push(place);
      return result;
    };
    Reflect.set(builder, name, recorded);
  }
  return places;
}

function withPlaces(
  sqls: readonly string[],
  places: readonly (Place | null)[],
): { sql: string; place: Place | null }[] {
  const known = sqls.length === places.length;
  return sqls.map((sql, index) => ({ sql, place: known ? (places[index] ?? null) : null }));
}

function checkAmount(sqls: readonly string[], request: GuestRequest): void {
  const { statements, sqlLength } = request.limits;
  if (sqls.length > statements) throw new RangeError(`a migration may have ${String(statements)} statements`);
  let length = 0;
  for (const sql of sqls) length += sql.length;
  if (length > sqlLength) throw new RangeError(`a migration may have ${String(sqlLength)} characters of SQL`);
}
