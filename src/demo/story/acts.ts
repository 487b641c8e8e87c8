import { z } from 'zod';
import { shop, type Login } from './people.ts';
import { appComments } from './seen.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

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

/** Gives a pull request a label. */
export async function label(stage: Stage, login: Login, number: number, name: string): Promise<void> {
  await stage.team[login].rest.issues.addLabels({ ...shop, issue_number: number, labels: [name] });
}

/** Closes a pull request unmerged. */
export async function close(stage: Stage, login: Login, number: number): Promise<void> {
  await stage.team[login].rest.pulls.update({ ...shop, pull_number: number, state: 'closed' });
}

const reverted = z.object({
  revertPullRequest: z.object({ revertPullRequest: z.object({ number: z.number(), url: z.string() }) }),
});

/** Presses GitHub's own Revert on a merged pull request; returns the pull request that it opens. */
export async function revert(
  stage: Stage,
  login: Login,
  number: number,
): Promise<{ readonly number: number; readonly url: string }> {
  const { data } = await stage.team[login].rest.pulls.get({ ...shop, pull_number: number });
  const answer = await stage.team[login].graphql(
    `mutation ($input: RevertPullRequestInput!) {
      revertPullRequest(input: $input) { revertPullRequest { number url } }
    }`,
    { input: { pullRequestId: data.node_id } },
  );
  return reverted.parse(answer).revertPullRequest.revertPullRequest;
}

function statusOf(error: unknown): string {
  if (error instanceof Error && 'status' in error) return `${String(error.status)} ${error.message}`;
  throw error;
}
