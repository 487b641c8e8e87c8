import pg from 'pg';
import { defaultMigrationSettings } from '../domain/migration.ts';
import type { Log } from '../ports/log.ts';
import { prepareFollower } from './catalog/follow.ts';
import { readerOptions } from './catalog/read-catalog.ts';
import { createOwnDatabase, type DatabaseTools } from './databases.ts';
import { watchDemand } from './demand.ts';
import { closeLogin, openLogin, type PlanLogin } from './plan-connection.ts';
import { dropCopy, dropLogin } from './sweep.ts';

/** A copy of a baseline for one plan, with both sessions open. */
export interface Clone {
  readonly name: string;
  readonly template: string;
  /** The session that runs migrations. */
  readonly login: PlanLogin;
  /** The administrator's session in the same database. */
  readonly observer: pg.Client;
  /** Whether the observer has planned what it is to ask, which takes as long as asking it some ten times. */
  readonly isPrepared: boolean;
}

/** Copies of the baselines that were used last, made before they are asked for. */
export interface CloneShelf {
  /** A copy that nobody else has. Throws PostgreSQL's 3D000 where the template is not there any more. */
  take(template: string): Promise<Clone>;
  /** Ends its sessions and drops it, without being waited for, and makes another one in its place. */
  discard(clone: Clone): void;
  /** Makes copies ready, so that the next plan does not wait for one. */
  prepare(template: string): void;
  /** Drops what has stood too long, and makes anew what is still expected to be asked for. */
  renew(): void;
  /** Drops all that is ready, and waits for all that is being dropped. */
  close(): Promise<void>;
}

export interface CloneTools extends DatabaseTools {
  readonly log: Log;
  /** Copies of a template that stand ready; none at all where it is 0. */
  readonly spares: number;
}

/** Templates that have copies ready. */
const readyTemplates = 4;
/** Of the template that was used last, where so many plans were asked for at once lately: each holds two sessions. */
const mostSpares = 20;
const madeAtOnce = 2;
/** Plans that come together leave gaps shorter than this between one that is done and the next that begins. */
const restMs = 1_000;
/** An older copy may be swept by another process as left behind. */
const oldestMs = 60 * 60_000;

interface Spare {
  readonly clone: Clone;
  readonly madeAt: number;
  isUsable: boolean;
}

export function openCloneShelf(tools: CloneTools): CloneShelf {
  /** By template, the last used one at the end. */
  const spares = new Map<string, Spare[]>();
  const making = new Map<string, number>();
  const working = new Set<Promise<void>>();
  const demand = watchDemand(tools.now);
  /** Copies that plans have. */
  let taken = 0;
  /** No plan has had one for a while. */
  let isAtRest = false;
  let rest: NodeJS.Timeout | undefined;
  let closed = false;

  const isFresh = ({ isUsable, madeAt }: Spare): boolean =>
    isUsable && tools.now().getTime() - madeAt < oldestMs;
  const follow = (work: Promise<void>): void => {
    working.add(work);
    void work.finally(() => working.delete(work));
  };
  const discard = (clone: Clone): void => follow(drop(tools, clone));
  const make = async (template: string): Promise<void> => {
    try {
      const spare = await makeSpare(tools, template, true);
      const shelf = spares.get(template);
      if (closed || shelf === undefined) discard(spare.clone);
      else shelf.push(spare);
    } catch (error) {
      tools.log.debug({ template, error: String(error) }, 'could not make a shadow ready');
      return;
    } finally {
      making.set(template, (making.get(template) ?? 1) - 1);
    }
    fill(template);
  };
  /** For many at once they are made while no plan is at work: else they would slow down the very ones that they are for. */
  const wanted = (template: string): number => {
    const isLast = [...spares.keys()].at(-1) === template;
    if (!isAtRest || !isLast || tools.spares === 0) return tools.spares;
    return Math.max(tools.spares, Math.min(demand.most(), mostSpares));
  };
  const fill = (template: string): void => {
    const shelf = spares.get(template);
    if (closed || shelf === undefined) return;
    const begun = making.get(template) ?? 0;
    const missing = wanted(template) - shelf.length - begun;
    for (let count = 0; count < Math.min(missing, madeAtOnce - begun); count += 1) {
      making.set(template, (making.get(template) ?? 0) + 1);
      follow(make(template));
    }
  };
  const beAtRest = (): void => {
    isAtRest = true;
    for (const template of spares.keys()) fill(template);
  };
  const prepare = (template: string): void => {
    if (closed) return;
    keepAtTheEnd(spares, template, (old) => old.forEach(({ clone }) => discard(clone)));
    fill(template);
  };
  const takeOne = async (template: string): Promise<Clone> => {
    const shelf = spares.get(template) ?? [];
    for (let spare = shelf.shift(); spare !== undefined; spare = shelf.shift()) {
      if (isFresh(spare)) {
        // Copying a database slows down what runs beside it: as long as one is left, that waits until this plan is done.
        if (shelf.length === 0) prepare(template);
        return spare.clone;
      }
      discard(spare.clone);
    }
    const { clone } = await makeSpare(tools, template, false);
    prepare(template);
    return clone;
  };
  const release = (): void => {
    taken -= 1;
    if (taken === 0 && !closed) rest = setTimeout(beAtRest, restMs).unref();
  };
  return {
    discard(clone) {
      release();
      discard(clone);
      if (spares.has(clone.template)) prepare(clone.template);
    },
    prepare,
    renew() {
      for (const [template, shelf] of spares) {
        const tooOld = shelf.filter((spare) => !isFresh(spare));
        spares.set(template, shelf.filter(isFresh));
        for (const { clone } of tooOld) discard(clone);
        fill(template);
      }
    },
    async take(template) {
      demand.add();
      taken += 1;
      isAtRest = false;
      clearTimeout(rest);
      try {
        return await takeOne(template);
      } catch (error) {
        release();
        throw error;
      }
    },
    async close() {
      closed = true;
      clearTimeout(rest);
      for (const shelf of spares.values()) for (const { clone } of shelf.splice(0)) discard(clone);
      while (working.size > 0) await Promise.all(working);
    },
  };
}

/** Moves a template's shelf to the end, and empties the first ones where there are too many. */
function keepAtTheEnd(
  spares: Map<string, Spare[]>,
  template: string,
  empty: (old: readonly Spare[]) => void,
): void {
  const shelf = spares.get(template) ?? [];
  spares.delete(template);
  spares.set(template, shelf);
  for (const [old, copies] of [...spares].slice(0, -readyTemplates)) {
    spares.delete(old);
    empty(copies);
  }
}

/** `isAhead`: nobody waits for it yet. */
async function makeSpare(tools: CloneTools, template: string, isAhead: boolean): Promise<Spare> {
  const database = await createOwnDatabase(tools, 'clone', template);
  const observer = new pg.Client({
    connectionString: tools.adminUrl(database.name),
    options: readerOptions,
    application_name: 'tidegate shadow observer',
  });
  const entering = openLogin(database.loginUrl, database.name);
  // It is awaited below, and may fail before that.
  entering.catch(() => undefined);
  try {
    await observer.connect();
    if (isAhead) await prepareFollower(observer, defaultMigrationSettings);
    const login = await entering;
    const clone: Clone = { name: database.name, template, login, observer, isPrepared: isAhead };
    const spare: Spare = { clone, madeAt: tools.now().getTime(), isUsable: true };
    const spoil = (): void => void (spare.isUsable = false);
    observer.on('error', spoil);
    login.client.on('error', spoil);
    return spare;
  } catch (error) {
    await observer.end().catch(() => undefined);
    await entering.then(closeLogin).catch(() => undefined);
    await database.drop();
    throw error;
  }
}

async function drop(tools: CloneTools, { name, login, observer }: Clone): Promise<void> {
  await Promise.allSettled([closeLogin(login), observer.end()]);
  try {
    await dropCopy(tools.admin, name);
    await dropLogin(tools.admin, name);
  } catch (error) {
    tools.log.warn({ name, error: String(error) }, 'a shadow database stays until it is swept');
  }
}
