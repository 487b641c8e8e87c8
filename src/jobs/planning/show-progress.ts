import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';

/** A plan's way of saying that it takes long, and why. */
export interface ShownProgress {
  readonly onProgress: (done: number, total: number) => void;
  /** Waits for what is being shown, so that it does not come after the plan itself. */
  settled(): Promise<void>;
  /** The plan is given up: a check that was shown as running says why. */
  cancel(): Promise<void>;
}

/** What is over sooner needs no word; and so often it is told again. */
const everyMs = 3_000;

const newerPlan = {
  title: 'A newer plan takes its place',
  summary: 'The pull request has changed, or it was planned again: the newer plan follows.',
};

/** Shows in the plan's check how far the shadow of a long history is that was never built before. */
export function showProgress(
  host: CodeHost,
  { head }: { readonly head: string },
  { name }: Pick<EnvironmentPolicy, 'name'>,
  { clock, reports, log }: Pick<Tools, 'clock' | 'reports' | 'log'>,
  given = newerPlan,
): ShownProgress {
  const check = { name: `tidegate / plan (${name})`, head } as const;
  let toldAt = clock().getTime();
  let telling: Promise<void> | null = null;
  let isShown = false;

  const tell = async (done: number, total: number): Promise<void> => {
    try {
      await host.reportProgress({ ...check, ...reports.planProgress({ environment: name, done, total }) });
      isShown = true;
    } catch (error) {
      // Only a courtesy: the plan goes on.
      log.warn({ error: String(error) }, 'the progress of a plan could not be shown');
    }
  };
  return {
    onProgress(done, total) {
      const now = clock().getTime();
      if (telling !== null || now - toldAt < everyMs) return;
      toldAt = now;
      telling = tell(done, total).finally(() => (telling = null));
    },
    async settled() {
      await telling;
    },
    async cancel() {
      await telling;
      if (!isShown) return;
      await host.reportCheck({
        ...check,
        conclusion: 'cancelled',
        ...given,
        annotations: [],
        actions: [],
      });
    },
  };
}
