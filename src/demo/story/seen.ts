import type { Octokit } from '@octokit/rest';
import { environmentOf, type EnvironmentName } from './databases.ts';
import { shop } from './people.ts';
import type { Stage } from './stage.ts';
import { waitFor } from './wait-for.ts';

export type CheckRun = Awaited<
  ReturnType<Octokit['rest']['checks']['listForRef']>
>['data']['check_runs'][number];

type Kind = 'plan' | 'gate';

/** The App's check run of that kind on the pull request's present head, once it is completed. */
export async function checkRun(stage: Stage, number: number, kind: Kind): Promise<CheckRun> {
  return waitFor(`the ${kind} check of #${number}`, async () => {
    const { data: pull } = await stage.team.ada.rest.pulls.get({ ...shop, pull_number: number });
    const { data } = await stage.team.ada.rest.checks.listForRef({ ...shop, ref: pull.head.sha });
    const wanted = `tidegate / ${kind} (${environmentOf(pull.base.ref)})`;
    const found = data.check_runs.find(
      ({ name, app, status }) => name === wanted && app?.id === stage.appId && status === 'completed',
    );
    return found ?? null;
  });
}

/** As `checkRun`, until the check has that conclusion. */
export async function concluded(
  stage: Stage,
  number: number,
  kind: Kind,
  conclusion: string,
): Promise<CheckRun> {
  return waitFor(`the ${kind} check of #${number} to be ${conclusion}`, async () => {
    const run = await checkRun(stage, number, kind);
    return run.conclusion === conclusion ? run : null;
  });
}

/** As `checkRun`, once its text says so. */
export async function checkSaying(
  stage: Stage,
  number: number,
  kind: Kind,
  words: RegExp,
): Promise<CheckRun> {
  return waitFor(`the ${kind} check of #${number} to say ${String(words)}`, async () => {
    const run = await checkRun(stage, number, kind);
    return words.test(`${run.output.summary ?? ''}${run.output.text ?? ''}`) ? run : null;
  });
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

/** The App's comment that says so, once there is one. */
export async function commentSaying(stage: Stage, number: number, words: RegExp): Promise<string> {
  return waitFor(`a comment on #${number} that says ${String(words)}`, async () => {
    const bodies = await appComments(stage, number);
    return bodies.find((body) => words.test(body)) ?? null;
  });
}

/** An open pull request into a branch whose title says so, once there is one. */
export async function pullSaying(
  stage: Stage,
  base: string,
  words: RegExp,
): Promise<{ readonly number: number; readonly url: string }> {
  return waitFor(`a pull request into ${base} that says ${String(words)}`, async () => {
    const { data } = await stage.team.ada.rest.pulls.list({ ...shop, base, state: 'open' });
    const found = data.find(({ title }) => words.test(title));
    return found === undefined ? null : { number: found.number, url: found.html_url };
  });
}

/** The history of an environment once all of these are in it. */
export async function ranOn(
  stage: Stage,
  environment: EnvironmentName,
  names: readonly string[],
): Promise<readonly string[]> {
  return waitFor(`${names.join(', ')} on ${environment}`, async () => {
    const history = await stage.databases.history(environment);
    return names.every((name) => history.includes(name)) ? history : null;
  });
}

/** The history of an environment once none of these is in it. */
export async function goneFrom(
  stage: Stage,
  environment: EnvironmentName,
  names: readonly string[],
): Promise<readonly string[]> {
  return waitFor(`${names.join(', ')} gone from ${environment}`, async () => {
    const history = await stage.databases.history(environment);
    return names.some((name) => history.includes(name)) ? null : history;
  });
}
