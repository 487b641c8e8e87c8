import pg from 'pg';
import type { Log } from '../ports/log.ts';
import { baselineKeys, type BaselineKeys, type BaselineRequest } from './baseline-request.ts';
import { buildBaseline, type Foundation } from './build-baseline.ts';
import type { DatabaseTools } from './databases.ts';
import { writeMark } from './names.ts';
import { dropShadowDatabase, listShadowDatabases, type ShadowDatabase } from './sweep.ts';

/** Databases that hold what a branch's migrations make, ready to be copied. */
export interface BaselineShelf {
  /** The name of a template that holds the baseline; null where none has been built. */
  find(request: BaselineRequest): Promise<string | null>;
  /** The name of a template that holds the baseline; built where no other plan has built it. */
  take(request: BaselineRequest): Promise<string>;
  /** Looks for a template anew the next time: it is not there any more. */
  forget(template: string): void;
}

export interface ShelfTools extends DatabaseTools {
  readonly versionNumber: number;
  readonly log: Log;
}

/** Templates that are kept; the least recently used ones go. */
const kept = 20;
/** A template that nobody used for so long goes as well. */
const unusedSeconds = 30 * 24 * 60 * 60;
/** How often it is written down that a template is in use. */
const notedMs = 60_000;

/** A baseline that is being built, and who is told how far it is: all plans that wait for it. */
interface Building {
  readonly made: Promise<string>;
  readonly watching: OnProgress[];
}

type OnProgress = NonNullable<BaselineRequest['onProgress']>;

interface Known {
  readonly template: string;
  notedAt: number;
}

/** Opens the shelf. One baseline is built once at a time in this process, however many plans ask for it. */
export function openShelf(tools: ShelfTools): BaselineShelf {
  const building = new Map<string, Building>();
  const known = new Map<string, Known>();
  const keysOf = (request: BaselineRequest): BaselineKeys =>
    baselineKeys(tools.versionNumber, request, tools.ground.extensions);
  const build = async (key: string, keys: readonly string[], request: BaselineRequest): Promise<string> => {
    const template = await findOrBuild(tools, keys, request);
    known.set(key, { template, notedAt: tools.now().getTime() });
    return template;
  };
  return {
    async find(request) {
      const key = keysOf(request).last;
      const noted = known.get(key);
      if (noted !== undefined) return noted.template;
      const found = templatesOf(await listShadowDatabases(tools.admin)).get(key);
      if (found === undefined) return null;
      known.set(key, { template: found.name, notedAt: found.usedAt * 1000 });
      return found.name;
    },
    async take(request) {
      const keys = keysOf(request);
      const key = keys.last;
      const found = known.get(key);
      if (found !== undefined) {
        noteUse(tools, key, found);
        return found.template;
      }
      const { onProgress } = request;
      const already = building.get(key);
      if (already !== undefined) {
        if (onProgress !== undefined) already.watching.push(onProgress);
        return already.made;
      }
      const watching = onProgress === undefined ? [] : [onProgress];
      const tellAll: OnProgress = (...far) => watching.forEach((tell) => tell(...far));
      const made = build(key, keys.all(), { ...request, onProgress: tellAll });
      building.set(key, { made, watching });
      const done = (): void => void building.delete(key);
      made.then(done, done);
      return made;
    },
    forget(template) {
      for (const [key, { template: name }] of known) if (name === template) known.delete(key);
    },
  };
}

/** `keys`: of the empty history, of that with the first migration, and so on up to the whole one. */
async function findOrBuild(
  tools: ShelfTools,
  keys: readonly string[],
  request: BaselineRequest,
): Promise<string> {
  const databases = await listShadowDatabases(tools.admin);
  const templates = templatesOf(databases);
  const key = keys.at(-1) ?? '';
  const found = templates.get(key);
  if (found !== undefined) {
    if (tools.now().getTime() - found.usedAt * 1000 >= notedMs) await markUsed(tools, found.name, key);
    return found.name;
  }
  await makeRoom(tools, databases);
  const foundation = longestBefore(keys, templates);
  try {
    return await buildBaseline(tools, key, request, foundation);
  } catch (error) {
    const gone = error instanceof pg.DatabaseError && error.code === '3D000';
    if (foundation === null || !gone) throw error;
    return buildBaseline(tools, key, request, null);
  }
}

interface Template {
  readonly name: string;
  /** In seconds. */
  readonly usedAt: number;
}

/** By key. */
function templatesOf(databases: readonly ShadowDatabase[]): ReadonlyMap<string, Template> {
  return new Map(
    databases.flatMap(({ name, mark }) =>
      mark.kind === 'baseline' ? [[mark.key, { name, usedAt: mark.usedAt }] as const] : [],
    ),
  );
}

/** The template that holds most of the history's beginning: only the rest is replayed on a copy of it. */
function longestBefore(keys: readonly string[], templates: ReadonlyMap<string, Template>): Foundation | null {
  const holds = keys.findLastIndex((key) => templates.has(key));
  const template = templates.get(keys[holds] ?? '');
  return template === undefined ? null : { template: template.name, holds };
}

function noteUse(tools: ShelfTools, key: string, known: Known): void {
  const now = tools.now().getTime();
  if (now - known.notedAt < notedMs) return;
  known.notedAt = now;
  void markUsed(tools, known.template, key);
}

async function markUsed(tools: ShelfTools, name: string, key: string): Promise<void> {
  const usedAt = Math.floor(tools.now().getTime() / 1000);
  const mark = pg.escapeLiteral(writeMark({ kind: 'baseline', key, usedAt }));
  try {
    await tools.admin.query(`COMMENT ON DATABASE ${pg.escapeIdentifier(name)} IS ${mark}`);
  } catch (error) {
    // Two plans note it at the same moment, or it is just being dropped: the copy will show which.
    tools.log.debug({ name, error: String(error) }, "could not note a baseline's use");
  }
}

async function makeRoom(tools: ShelfTools, databases: readonly ShadowDatabase[]): Promise<void> {
  const usedAt = ({ mark }: ShadowDatabase): number => (mark.kind === 'baseline' ? mark.usedAt : 0);
  const newestFirst = databases
    .filter(({ mark }) => mark.kind === 'baseline')
    .toSorted((a, b) => usedAt(b) - usedAt(a));
  const oldest = Math.floor(tools.now().getTime() / 1000) - unusedSeconds;
  const surplus = newestFirst.filter((database, at) => at >= kept - 1 || usedAt(database) < oldest);
  for (const { name } of surplus) {
    try {
      await dropShadowDatabase(tools.admin, name);
    } catch (error) {
      tools.log.warn({ name, error: String(error) }, 'could not drop an old baseline');
    }
  }
}
