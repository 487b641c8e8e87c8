import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Probot, ProbotOctokit } from 'probot';
import { createCodeHosts } from '../../src/github/code-hosts.ts';
import type { CodeHost, CodeHosts } from '../../src/ports/code-host.ts';
import type { Log } from '../../src/ports/log.ts';
import { scene, WEBHOOK_SECRET, type Scene } from '../demo/github/scene.ts';

const nothing = (): void => undefined;
export const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The code hosts as the service has them: through Probot, as the App of the scene. */
export function hostsOf({
  app,
  github,
  privateKey,
}: Pick<Scene, 'app' | 'github' | 'privateKey'>): CodeHosts {
  const probot = new Probot({
    appId: app.id,
    privateKey,
    secret: WEBHOOK_SECRET,
    baseUrl: github.apiUrl,
    logLevel: 'fatal',
    Octokit: ProbotOctokit.defaults((options: object) => ({
      ...options,
      throttle: { enabled: false },
      retry: { enabled: false },
    })),
  });
  return createCodeHosts({
    octokitFor: (installation) => (installation === null ? probot.auth() : probot.auth(installation)),
    log: quiet,
    now: () => new Date(),
  });
}

export interface Hosted extends Scene {
  readonly hosts: CodeHosts;
  readonly host: CodeHost;
}

/** The scene of `acme/shop` with the App's own way to it. */
export async function hosted(options: Parameters<typeof scene>[0] = {}): Promise<Hosted> {
  const at = await scene(options);
  const hosts = hostsOf(at);
  const host = await hosts.forRepository(at.repository.id);
  if (host === null) throw new Error('The App is not installed');
  return { ...at, hosts, host };
}

/** Commits files as a person, on a branch that is made from `main` where it does not exist. */
export function commit(
  at: Scene,
  branch: string,
  files: Record<string, string | null>,
  more: { by?: string; message?: string } & Partial<Parameters<Scene['github']['commitFiles']>[1]> = {},
): Promise<string> {
  const { by = 'wim', message = `Work on ${branch}`, ...rest } = more;
  return at.github.commitFiles(at.repository, {
    branch,
    files,
    message,
    author: { login: by },
    from: 'main',
    ...rest,
  });
}

/** Runs git in the simulated GitHub's own repository, for what no API makes. */
export async function git(
  at: Pick<Scene, 'repository'>,
  args: readonly string[],
  input = '',
): Promise<string> {
  const child = promisify(execFile)('git', ['-C', at.repository.directory, ...args], {
    env: {
      PATH: process.env['PATH'],
      GIT_AUTHOR_NAME: 'x',
      GIT_AUTHOR_EMAIL: 'x@example.com',
      GIT_COMMITTER_NAME: 'x',
      GIT_COMMITTER_EMAIL: 'x@example.com',
    },
  });
  // Git that reads nothing may have ended before anything is written to it.
  if (input === '') child.child.stdin?.end();
  else child.child.stdin?.end(input);
  return (await child).stdout.trim();
}

/** A branch with so many commits on top of `main`, each changing one file, made in one go; returns its tip. */
export async function longBranch(
  at: Pick<Scene, 'repository'>,
  branch: string,
  count: number,
): Promise<string> {
  const main = await git(at, ['rev-parse', 'refs/heads/main']);
  const commits = Array.from({ length: count }, (_, index) =>
    [
      `commit refs/heads/${branch}`,
      `committer wim <wim@example.com> ${1_700_000_000 + index} +0000`,
      'data 4\nwork',
      ...(index === 0 ? [`from ${main}`] : []),
      'M 100644 inline a.txt',
      `data ${String(index).length}\n${index}`,
    ].join('\n'),
  );
  await git(at, ['fast-import', '--quiet'], `${commits.join('\n')}\n`);
  return git(at, ['rev-parse', `refs/heads/${branch}`]);
}
