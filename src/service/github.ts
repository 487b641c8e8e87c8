import { Probot, ProbotOctokit } from 'probot';
import type { Logger } from 'pino';
import { createCodeHosts } from '../github/code-hosts.ts';
import type { HostOptions } from '../github/connection.ts';
import type { Clock } from '../ports/clock.ts';
import type { CodeHosts } from '../ports/code-host.ts';
import type { ServiceSettings } from './settings.ts';

/** The App's two sides: Probot, which receives, and the hosts, which ask and tell. */
export interface GitHubSide {
  readonly probot: Probot;
  readonly hosts: CodeHosts;
}

/** Whether the API is on this machine: a simulated GitHub has no secondary rate limit to spare. */
function isLoopback(apiUrl: string | undefined): boolean {
  if (apiUrl === undefined) return false;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(apiUrl).hostname);
}

/** Connects to GitHub as the App; nothing is asked until the first call. */
export function connectGitHub(
  settings: Pick<ServiceSettings, 'appId' | 'privateKey' | 'webhookSecret' | 'apiUrl'>,
  log: Logger,
  clock: Clock,
): GitHubSide {
  // The function form: Probot ignores an object here. Its throttle spaces writes a second apart.
  const Octokit = isLoopback(settings.apiUrl)
    ? ProbotOctokit.defaults((options: object) => ({
        ...options,
        throttle: { enabled: false },
        retry: { enabled: false },
      }))
    : ProbotOctokit;
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    Octokit,
    log,
    ...(settings.apiUrl === undefined ? {} : { baseUrl: settings.apiUrl }),
  });
  const hosts = createCodeHosts({
    octokitFor: onePerInstallation((installationId) =>
      installationId === null ? probot.auth() : probot.auth(installationId),
    ),
    log,
    now: clock,
  });
  return { probot, hosts };
}

type ClientFor = HostOptions['octokitFor'];

/** Making a client takes as long as several calls; it fetches a new token by itself when its own grows old. */
function onePerInstallation(make: ClientFor): ClientFor {
  const made = new Map<number | null, ReturnType<ClientFor>>();
  return (installationId) => {
    const known = made.get(installationId);
    if (known !== undefined) return known;
    const client = make(installationId);
    made.set(installationId, client);
    client.catch(() => made.delete(installationId));
    return client;
  };
}
