import type { GuestRequest } from '../protocol.ts';
import type { GuestHost } from './host.ts';

type Row = Record<string, unknown>;

/** The `db` that the builder hands to a migration, answered from outside. */
export interface GuestDatabase {
  readonly connection: {
    query: (query: unknown, values?: unknown) => Promise<{ rows: Row[]; rowCount: number }>;
    select: (query: unknown, values?: unknown) => Promise<Row[]>;
  };
  /** Whether the migration asked for anything, even where it was refused. */
  readonly asked: () => boolean;
}

/** At most so many queries as the request allows, texts without parameters only. */
export function connectDatabase(request: GuestRequest, host: GuestHost): GuestDatabase {
  let count = 0;
  const select = async (query: unknown, values?: unknown): Promise<Row[]> => {
    count += 1;
    if (!request.mayAsk) throw new Error('pgm.db is not available here');
    if (count > request.limits.queries) {
      throw new Error(`a migration may ask ${String(request.limits.queries)} queries`);
    }
    return JSON.parse(await host.ask(textOf(query, values))) as Row[];
  };
  const query = async (text: unknown, values?: unknown): Promise<{ rows: Row[]; rowCount: number }> => {
    const rows = await select(text, values);
    return { rows, rowCount: rows.length };
  };
  return { connection: { query, select }, asked: () => count > 0 };
}

function textOf(query: unknown, values: unknown): string {
  const configured = typeof query === 'object' && query !== null ? query : { text: query };
  const text: unknown = Reflect.get(configured, 'text');
  const parameters: unknown = values ?? Reflect.get(configured, 'values');
  if (typeof text !== 'string') throw new TypeError('pgm.db.query expects SQL as a string');
  if (Array.isArray(parameters) && parameters.length > 0) {
    throw new TypeError('pgm.db.query takes no parameters here: write the values into the SQL');
  }
  return text;
}
