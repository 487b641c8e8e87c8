import type { Log } from '../ports/log.ts';
import { openRemovals } from './clone-removals.ts';
import { makeClone, type Clone } from './clone.ts';
import type { DatabaseTools } from './databases.ts';
import { watchDemand } from './demand.ts';

/** Copies of the baselines that were used last, made before they are asked for. */
export interface CloneShelf {
  /** Begins to make a copy for the plan that takes one next, and does not wait for it. */
  begin(template: string): void;
  /** A copy that nobody else has. Throws PostgreSQL's 3D000 where the template is not there any more. */
  take(template: string): Promise<Clone>;
  /** Ends its sessions and has it dropped, without being waited for, and makes another one in its place. */
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
/** An older copy may be swept by another process as left behind. */
const oldestMs = 60 * 60_000;
/** What a plan had for no longer, and was not ended for, cannot have filled much of the disk. */
const smallMs = 1_000;

interface Spare {
  readonly clone: Clone;
  readonly madeAt: number;
  isUsable: boolean;
}

export function openCloneShelf(tools: CloneTools): CloneShelf {
  /** By template, the last used one at the end. */
  const spares = new Map<string, Spare[]>();
  const making = new Map<string, number>();
  const beingMade = new Set<Promise<void>>();
  /** For plans that have not come to it yet. */
  const begun = new Map<string, Promise<Clone>>();
  const removals = openRemovals(tools);
  /** When a plan got which. */
  const lent = new Map<Clone, number>();
  const demand = watchDemand(tools.now, () => {
    removals.dropWaiting();
    for (const template of spares.keys()) fill(template);
  });
  let closed = false;

  const now = (): number => tools.now().getTime();
  const isFresh = ({ isUsable, madeAt }: Spare): boolean => isUsable && now() - madeAt < oldestMs;
  const make = async (template: string): Promise<void> => {
    try {
      const clone = await makeClone(tools, template, true);
      const shelf = spares.get(template);
      if (closed || shelf === undefined) removals.drop(clone);
      else shelf.push(asSpare(clone, now()));
    } catch (error) {
      tools.log.debug({ template, error: String(error) }, 'could not make a shadow ready');
      return;
    } finally {
      making.set(template, (making.get(template) ?? 1) - 1);
    }
    fill(template);
  };
  /** Making them for many at once while plans are at work would slow down the very ones that they are for. */
  const wanted = (template: string): number => {
    const isLast = [...spares.keys()].at(-1) === template;
    if (!demand.isAtRest() || !isLast || tools.spares === 0) return tools.spares;
    return Math.max(tools.spares, Math.min(demand.most(), mostSpares));
  };
  function fill(template: string): void {
    const shelf = spares.get(template);
    if (closed || shelf === undefined) return;
    const begun = making.get(template) ?? 0;
    const missing = wanted(template) - shelf.length - begun;
    for (let count = 0; count < Math.min(missing, madeAtOnce - begun); count += 1) {
      making.set(template, (making.get(template) ?? 0) + 1);
      const work = make(template);
      beingMade.add(work);
      void work.finally(() => beingMade.delete(work));
    }
  }
  const prepare = (template: string): void => {
    if (closed) return;
    for (const { clone } of keepAtTheEnd(spares, template)) removals.drop(clone);
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
      removals.drop(spare.clone);
    }
    const early = begun.get(template);
    begun.delete(template);
    const clone = await (early ?? makeClone(tools, template, false));
    prepare(template);
    return clone;
  };
  return {
    begin(template) {
      if (closed || begun.has(template)) return;
      const clone = makeClone(tools, template, false);
      // Told to whoever takes it.
      clone.catch(() => undefined);
      begun.set(template, clone);
    },
    discard(clone) {
      demand.end();
      // Dropping a database takes PostgreSQL as long as a plan's other work there: the plans that are left go first.
      // Where none are made ready, none are expected.
      const isSmall = !clone.login.wasEnded && now() - (lent.get(clone) ?? 0) < smallMs;
      lent.delete(clone);
      if (isSmall && !closed && tools.spares > 0) removals.dropLater(clone);
      else removals.drop(clone);
      if (spares.has(clone.template)) prepare(clone.template);
    },
    prepare,
    renew() {
      for (const [template, shelf] of spares) {
        for (const { clone } of shelf.filter((spare) => !isFresh(spare))) removals.drop(clone);
        spares.set(template, shelf.filter(isFresh));
        fill(template);
      }
    },
    async take(template) {
      demand.begin();
      try {
        const clone = await takeOne(template);
        lent.set(clone, now());
        return clone;
      } catch (error) {
        demand.end();
        throw error;
      }
    },
    async close() {
      closed = true;
      demand.close();
      for (const shelf of spares.values()) for (const { clone } of shelf.splice(0)) removals.drop(clone);
      while (beingMade.size > 0) await Promise.all(beingMade);
      await Promise.allSettled([...begun.values()].map(async (clone) => removals.drop(await clone)));
      await removals.close();
    },
  };
}

/** It is spoilt by the end of either session. */
function asSpare(clone: Clone, madeAt: number): Spare {
  const spare: Spare = { clone, madeAt, isUsable: true };
  const spoil = (): void => void (spare.isUsable = false);
  clone.observer.on('error', spoil);
  clone.login.client.on('error', spoil);
  return spare;
}

/** Moves a template's shelf to the end. Returns what stood on those that are given up for it. */
function keepAtTheEnd(spares: Map<string, Spare[]>, template: string): readonly Spare[] {
  const shelf = spares.get(template) ?? [];
  spares.delete(template);
  spares.set(template, shelf);
  return [...spares].slice(0, -readyTemplates).flatMap(([old, copies]) => {
    spares.delete(old);
    return copies;
  });
}
