import type { Octokit } from '@octokit/rest';
import type { SimulatedGitHub } from '../github/server.ts';
import type { Repository } from '../github/model.ts';
import type { Databases } from './databases.ts';
import type { Narrator } from './narrator.ts';
import { shop, type Login, type Team } from './people.ts';
import { waitFor } from './wait-for.ts';

/** What every step of the story is played on. */
export interface Stage {
  readonly github: SimulatedGitHub;
  readonly repository: Repository;
  readonly team: Team;
  readonly databases: Databases;
  readonly narrator: Narrator;
  /** Where the app listens. */
  readonly appUrl: string;
  readonly appId: number;
  /** The file that the app logs to. */
  readonly appLog: string;
  /** A server's file by which `tidegate audit` finds what the app wrote down. */
  readonly configPath: string;
  /** Runs node-pg-migrate's own CLI against an environment, on the files of its branch. */
  migrateByHand(environment: 'dev' | 'qa' | 'prod'): Promise<string>;
  /** A file that hostile code would have to change or read. */
  readonly canary: { readonly path: string; readonly content: string };
  /** Lets a reader follow. */
  pause(): Promise<void>;
}

export type CheckRun = Awaited<
  ReturnType<Octokit['rest']['checks']['listForRef']>
>['data']['check_runs'][number];

/** Commits files on a branch, pushed by one of the people. */
export async function push(
  stage: Stage,
  login: Login,
  branch: string,
  files: Readonly<Record<string, string | null>>,
  message: string,
  from?: string,
): Promise<string> {
  return stage.github.commitFiles(stage.repository, {
    branch,
    files,
    message,
    author: { login, name: login, email: `${login}@acme.example` },
    ...(from === undefined ? {} : { from }),
  });
}

/** A pull request to be opened; `body` tells a reader what it is there to show. */
export interface Proposal {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/** Opens a pull request; returns its number and address. */
export async function open(
  stage: Stage,
  login: Login,
  { head, base, title, body }: Proposal,
): Promise<{ readonly number: number; readonly url: string }> {
  const { data } = await stage.team[login].rest.pulls.create({ ...shop, head, base, title, body });
  return { number: data.number, url: data.html_url };
}

/** The App's check run of that kind on the pull request's present head, once it is completed. */
export async function checkRun(stage: Stage, number: number, kind: 'plan' | 'gate'): Promise<CheckRun> {
  return waitFor(`the ${kind} check of #${number}`, async () => {
    const { data: pull } = await stage.team.ada.rest.pulls.get({ ...shop, pull_number: number });
    return checkOn(stage, pull.head.sha, kind);
  });
}

/** As `checkRun`, until the check has that conclusion. */
export async function concluded(
  stage: Stage,
  number: number,
  kind: 'plan' | 'gate',
  conclusion: string,
): Promise<CheckRun> {
  return waitFor(`the ${kind} check of #${number} to be ${conclusion}`, async () => {
    const run = await checkRun(stage, number, kind);
    return run.conclusion === conclusion ? run : null;
  });
}

async function checkOn(stage: Stage, sha: string, kind: 'plan' | 'gate'): Promise<CheckRun | null> {
  const { data } = await stage.team.ada.rest.checks.listForRef({ ...shop, ref: sha });
  const found = data.check_runs.find(
    ({ name, app, status }) =>
      name.startsWith(`tidegate / ${kind} `) && app?.id === stage.appId && status === 'completed',
  );
  return found ?? null;
}

/** The bodies of the App's comments on a pull request or issue, oldest first. */
export async function appComments(stage: Stage, number: number): Promise<readonly string[]> {
  const { data } = await stage.team.ada.rest.issues.listComments({
    ...shop,
    issue_number: number,
    per_page: 100,
  });
  return data.filter(({ user }) => user?.type === 'Bot').map(({ body }) => body ?? '');
}

/** Gives a command; returns the App's answer, which is a comment that was not there before. */
export async function command(
  stage: Stage,
  login: Login,
  number: number,
  line: string,
  words: RegExp,
): Promise<string> {
  const before = await appComments(stage, number);
  await stage.team[login].rest.issues.createComment({ ...shop, issue_number: number, body: line });
  return waitFor(`the answer to ${line} on #${number} that says ${String(words)}`, async () => {
    const bodies = (await appComments(stage, number)).slice(before.length);
    return bodies.find((body) => words.test(body)) ?? null;
  });
}

/** The App's comment that says so, once there is one. */
export async function commentSaying(stage: Stage, number: number, words: RegExp): Promise<string> {
  return waitFor(`a comment on #${number} that says ${String(words)}`, async () => {
    const bodies = await appComments(stage, number);
    return bodies.find((body) => words.test(body)) ?? null;
  });
}

/** Merges; null where GitHub let it, else GitHub's refusal. */
export async function merge(stage: Stage, login: Login, number: number): Promise<string | null> {
  try {
    await stage.team[login].rest.pulls.merge({ ...shop, pull_number: number });
    return null;
  } catch (error) {
    return statusOf(error);
  }
}

/** Reviews; null where GitHub took it, else GitHub's refusal. */
export async function approve(stage: Stage, login: Login, number: number): Promise<string | null> {
  try {
    await stage.team[login].rest.pulls.createReview({ ...shop, pull_number: number, event: 'APPROVE' });
    return null;
  } catch (error) {
    return statusOf(error);
  }
}

function statusOf(error: unknown): string {
  if (error instanceof Error && 'status' in error) return `${String(error.status)} ${error.message}`;
  throw error;
}
