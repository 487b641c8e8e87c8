import { ApiError, notFound } from '../errors.ts';
import { pullRequestOfIssue, issueByNumber } from '../world.ts';
import { actOnCheckRun, actOnIssue } from './actions/others.ts';
import { actOnPullRequest } from './actions/pull-request.ts';
import type { Outcome, Submission } from './actions/form.ts';
import { repositoryView, visibleRepository, type Page, type PageContext } from './context.ts';
import { checkRunPage } from './views/check-run.ts';
import { deploymentsPage } from './views/deployments.ts';
import { commitPage, filesPage } from './views/files.ts';
import { issuePage } from './views/issue.ts';
import { accountPage, teamPage } from './views/people.ts';
import { pullCommitsPage, pullRequestPage } from './views/pull-request.ts';
import { historyPage, repositoryPage } from './views/repository.ts';
import { blobPage, placeOf, treePage } from './views/tree.ts';

/** A page elsewhere that the visitor is sent to. */
export interface Elsewhere {
  readonly elsewhere: string;
}

/** The page of a repository that the rest of a path names, or undefined. The numbers are those after `/owner/name`. */
export async function pageInRepository(
  context: PageContext,
  owner: string,
  name: string,
  rest: string,
): Promise<Page | Elsewhere> {
  const [kind = '', first = '', second = '', ...more] = rest.split('/');
  const tail = [first, second, ...more].filter((segment) => segment !== '').join('/');
  switch (kind) {
    case '':
    case 'pulls':
    case 'branches':
      return repositoryPage(context, owner, name);
    case 'pull':
      return pullPage(context, owner, name, numberOf(first), second);
    case 'issues':
      return first === ''
        ? repositoryPage(context, owner, name)
        : issueOrPull(context, owner, name, numberOf(first));
    case 'runs':
      return checkRunPage(context, owner, name, numberOf(first));
    case 'commit':
      return commitPage(context, owner, name, first);
    case 'commits': {
      const repository = visibleRepository(context, owner, name);
      const { sha, ref } = await placeOf(context.world.git(repository), tail);
      return historyPage(context, owner, name, sha, ref);
    }
    case 'deployments':
      return deploymentsPage(context, owner, name);
    case 'tree':
      return treePage(context, owner, name, tail);
    case 'blob':
      return blobPage(context, owner, name, tail);
    default:
      throw notFound();
  }
}

/** The decimal number that a part of a path is. Throws 404. */
function numberOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

function pullPage(
  context: PageContext,
  owner: string,
  name: string,
  number: number,
  tab: string,
): Promise<Page> {
  switch (tab) {
    case '':
      return pullRequestPage(context, owner, name, number);
    case 'files':
      return filesPage(context, owner, name, number);
    case 'commits':
      return pullCommitsPage(context, owner, name, number);
    default:
      throw notFound();
  }
}

/** As on GitHub, an issue's address leads to the pull request where that is what the number names. */
function issueOrPull(context: PageContext, owner: string, name: string, number: number): Page | Elsewhere {
  const repository = visibleRepository(context, owner, name);
  const issue = issueByNumber(context.world, repository, number);
  if (pullRequestOfIssue(context.world, issue) === undefined) return issuePage(context, owner, name, number);
  return { elsewhere: `${repositoryView(context.world, repository).path}/pull/${number}` };
}

/** The page of an account, a team or an App, or null where the path is none. */
export function pageOfAccount(context: PageContext, segments: readonly string[]): Page | null {
  const [first = '', second = '', third = '', fourth = ''] = segments;
  if (first === 'apps' && segments.length === 2) return accountPage(context, `${second}[bot]`);
  if (first === 'orgs' && third === 'teams' && segments.length === 4)
    return teamPage(context, second, fourth);
  if (first === 'organizations' && third === 'settings') return accountPage(context, second);
  return segments.length === 1 && isAccount(context, first) ? accountPage(context, first) : null;
}

function isAccount({ world }: PageContext, login: string): boolean {
  return [...world.store.accounts.values()].some((one) => one.login.toLowerCase() === login.toLowerCase());
}

/** Does what a form asks for. `rest` is the path after `/owner/name/`. */
export function act(submission: Submission, rest: string): Promise<Outcome> {
  const [kind, id = '', action = ''] = rest.split('/');
  switch (kind) {
    case 'pull':
      return actOnPullRequest(submission, numberOf(id), action);
    case 'issues':
      return actOnIssue(submission, numberOf(id), action);
    case 'runs':
      return actOnCheckRun(submission, numberOf(id), action);
    default:
      throw new ApiError(404, 'Not Found');
  }
}
