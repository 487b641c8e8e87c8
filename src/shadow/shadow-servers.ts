import type { Log } from '../ports/log.ts';
import { cautionOf, chooseVersion } from './choose-version.ts';
import type { ShadowServer } from './shadow-server.ts';

/** A shadow server that can be had. */
export interface ShadowSource {
  /** Its major version. */
  readonly major: number;
  /** Opens it, or starts it; called once unless it fails. */
  readonly open: () => Promise<ShadowServer>;
}

/** Shadow servers by version, each opened when a plan first needs it. */
export interface ShadowServers {
  /**
   * The one for a target of that version (as in `server_version_num`; null where there is none), with what is to be
   * said before the plan where it is of another.
   */
  for(
    targetVersion: number | null,
  ): Promise<{ readonly server: ShadowServer; readonly caution: string | null }>;
  /** Sweeps those that are open. */
  sweep(): Promise<void>;
}

export interface ShadowServersOptions {
  /** Open already; taken where there is no target, and where another does not start. */
  readonly preferred: ShadowServer;
  /** Asked anew for each plan: versions can be installed meanwhile. */
  readonly others: () => Promise<readonly ShadowSource[]>;
  readonly installable: readonly number[];
  readonly log: Log;
}

/** Opens none but what it was given. Whoever makes the sources closes what they open. */
export function shadowServers({ preferred, others, installable, log }: ShadowServersOptions): ShadowServers {
  const first = majorOf(preferred.versionNumber);
  const opened = new Map<number, Promise<ShadowServer>>([[first, Promise.resolve(preferred)]]);
  const open = ({ major, open: start }: ShadowSource): Promise<ShadowServer> => {
    const found = opened.get(major) ?? start();
    opened.set(major, found);
    // What failed may work the next time.
    found.catch(() => opened.delete(major));
    return found;
  };
  return {
    async for(targetVersion) {
      const target = targetVersion === null ? null : majorOf(targetVersion);
      // Nothing else is looked for where the one at hand fits.
      const sources = target === null || target === first ? [] : await others();
      const available = [...new Set([first, ...sources.map(({ major }) => major)])];
      const { major, caution } = chooseVersion({ target, available, preferred: first, installable });
      const source = sources.find((candidate) => candidate.major === major);
      if (major === first || source === undefined) return { server: preferred, caution };
      try {
        return { server: await open(source), caution };
      } catch (error) {
        log.error({ major, error: String(error) }, 'a shadow server of that version could not be opened');
        return { server: preferred, caution: cautionOf(target ?? first, first, { installable }) };
      }
    },
    async sweep() {
      await Promise.all([...opened.values()].map(async (server) => (await server).sweep()));
    },
  };
}

/** The major version of `server_version_num`. */
export function majorOf(versionNumber: number): number {
  return Math.floor(versionNumber / 10_000);
}
