import type { ChildHandle } from './child-process.ts';
import type { SandboxFolder, SandboxKind } from './program.ts';
import type { Wall } from './walls.ts';

/** Where migrations are compiled: children of this process, each for one batch of work. */
export interface Sandbox {
  /** A child that did nothing yet; whoever takes it ends it. Throws where none comes up. */
  take(kind: SandboxKind): Promise<ChildHandle>;
  /** Ends those that stand ready. */
  close(): Promise<void>;
}

/** How many children of a kind are started before they are asked for. */
export type Readiness = Readonly<Record<SandboxKind, number>>;

/** Starting a child takes longer than what it does: a service keeps one ready. */
export const readyForPlans: Readiness = { evaluate: 1, split: 0 };
const startedWhenAsked: Readiness = { evaluate: 0, split: 0 };

/** Starting a process stops this one for milliseconds: what the child was taken for goes first. */
const refillAfterMs = 100;

export function openSandbox(readiness: Readiness = startedWhenAsked): Sandbox {
  const folders = new Map<SandboxKind, Promise<SandboxFolder>>();
  let wall: Promise<Wall> | undefined;
  const ready: Record<SandboxKind, Promise<ChildHandle | null>[]> = { evaluate: [], split: [] };
  let isOpen = true;

  const start = async (kind: SandboxKind): Promise<ChildHandle> => {
    // Whoever opens a sandbox and starts nothing in it need not load this.
    const [{ makeSandboxFolder }, { findWall }, { startChild }] = await Promise.all([
      import('./program.ts'),
      import('./walls.ts'),
      import('./child-process.ts'),
    ]);
    const folder = folders.get(kind) ?? makeSandboxFolder(kind);
    folders.set(kind, folder);
    folder.catch(() => folders.delete(kind));
    wall ??= findWall();
    return startChild(await folder, await wall);
  };
  const fill = (kind: SandboxKind): void => {
    while (isOpen && ready[kind].length < readiness[kind]) {
      // What goes wrong here goes wrong again, and is told, when a child is asked for.
      ready[kind].push(start(kind).catch(() => null));
    }
  };
  fill('evaluate');
  fill('split');
  return {
    async take(kind) {
      const spare = await (ready[kind].shift() ?? null);
      setTimeout(() => fill(kind), refillAfterMs).unref();
      if (spare?.isAlive() === true) return spare;
      return start(kind);
    },
    async close() {
      isOpen = false;
      const spares = await Promise.all([...ready.evaluate.splice(0), ...ready.split.splice(0)]);
      for (const spare of spares) spare?.end();
      for (const folder of folders.values())
        await folder.then((made) => made.remove()).catch(() => undefined);
    },
  };
}
