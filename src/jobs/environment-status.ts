import { localTime } from '../domain/window.ts';
import { TargetUnavailable } from '../ports/target.ts';
import type { CodeHost } from '../ports/code-host.ts';
import type { StatusRow } from '../report/reply-view.ts';
import { blobsByName } from './environment.ts';
import type { Setup } from './setup.ts';
import type { Tools } from './tools.ts';

/** How every environment of a repository stands, asked anew. */
export async function environmentStatus(
  host: CodeHost,
  setup: Extract<Setup, { kind: 'ready' }>,
  tools: Tools,
): Promise<readonly StatusRow[]> {
  return Promise.all(
    setup.environments.map(async (policy): Promise<StatusRow> => {
      const key = { repositoryId: host.repository.id, environment: policy.name };
      const [waiting] = await tools.records.waitingChanges(key);
      const known = {
        environment: policy.name,
        branch: policy.branch,
        protected: policy.protected,
        hold: await tools.records.hold(key),
        ...(waiting === undefined ? {} : { waitsUntil: localTime(waiting.opening) }),
      };
      const nothing = { applied: null, latest: null, pending: [] };
      if (!tools.targets.has(key)) {
        return { ...known, ...nothing, unavailable: 'the server configuration names no database for it' };
      }
      try {
        const { history } = await tools.targets.read(key, setup.settings);
        const applied = new Set(history.map(({ name }) => name));
        const wanted = blobsByName(await host.list(policy.branch, setup.settings.directory), setup.settings);
        return {
          ...known,
          applied: history.length,
          latest: history.at(-1)?.name ?? null,
          pending: [...wanted.keys()].filter((name) => !applied.has(name)),
          unavailable: null,
        };
      } catch (error) {
        if (error instanceof TargetUnavailable) return { ...known, ...nothing, unavailable: error.message };
        throw error;
      }
    }),
  );
}
