import { PgType } from 'node-pg-migrate/pgType';
import { PgLiteral, isPgLiteral } from 'node-pg-migrate/utils/PgLiteral';
import type { GuestRequest } from '../protocol.ts';
import type { GuestHost } from './host.ts';
import { resolveFile } from './resolve-file.ts';

/** What a migration exports. */
export interface Actions {
  readonly up: unknown;
  readonly down: unknown;
  readonly shorthands: object | undefined;
}

/** The values of node-pg-migrate that migrations import; its types vanish before they come here. */
const library = { __esModule: true, PgLiteral, isPgLiteral, PgType };

/** Loads the request's entry and what it imports, and reads its exports as node-pg-migrate would. */
export function loadActions(request: GuestRequest, host: GuestHost): Actions {
  const exported = moduleLoader(request, host)(request.entry);
  const read = (name: string): unknown => readExport(exported, name);
  const shorthands = read('shorthands');
  return {
    up: read('up'),
    down: read('down'),
    shorthands: typeof shorthands === 'object' && shorthands !== null ? shorthands : undefined,
  };
}

function moduleLoader(request: GuestRequest, host: GuestHost): (path: string) => unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const has = (path: string): boolean => Object.hasOwn(request.files, path);
  const load = (path: string): unknown => {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(path, module);
    const require = (specifier: unknown): unknown => {
      if (specifier === 'node-pg-migrate') return library;
      const found = typeof specifier === 'string' ? resolveFile(path, specifier, has) : null;
      if (found !== null) return load(found);
      throw new Error(
        `cannot import ${JSON.stringify(specifier)}: migrations may import only files inside the migrations folder, by a relative path`,
      );
    };
    Reflect.apply(host.load(path), module.exports, [module.exports, require, module]);
    return module.exports;
  };
  return load;
}

// What jiti's interopDefault does for node-pg-migrate's loader: the module's own export, else the default's.
function readExport(exported: unknown, name: string): unknown {
  if ((typeof exported !== 'object' && typeof exported !== 'function') || exported === null) return undefined;
  if (name in exported) return Reflect.get(exported, name);
  const fallback: unknown = Reflect.get(exported, 'default');
  if ((typeof fallback !== 'object' && typeof fallback !== 'function') || fallback === null) return undefined;
  const value: unknown = Reflect.get(fallback, name);
  return typeof value === 'function' ? boundTo(value, fallback) : value;
}

// Bound as that library binds them: the same function under two names becomes two.
function boundTo(method: NewableFunction | CallableFunction, self: object): unknown {
  return (method as CallableFunction).bind(self);
}
