import type { Actor, Account, App, Issue, PullRequest, Repository, Timestamp } from './model.ts';
import { ApiError, notFound } from './errors.ts';
import type { GitRepository } from './git/repository.ts';
import type { Store } from './store.ts';
import { isoSeconds } from './time.ts';

/** One event for the Apps that listen; `body` holds everything but sender, repository, organization and installation. */
export interface HookEvent {
  readonly event: string;
  readonly action?: string;
  readonly repository: Repository | null;
  /** The organisation, where there is no repository. */
  readonly organisation?: Account;
  readonly sender: Account;
  readonly body: Readonly<Record<string, unknown>>;
  /** Only this App gets it, subscribed or not. */
  readonly onlyApp?: App;
}

/** What every operation works on. */
export interface World {
  readonly store: Store;
  /** The address people open, without a trailing slash; set once the server listens. */
  url: string;
  readonly directory: string;
  readonly now: () => Date;
  /** By which credentials grow old. */
  readonly credentialsNow: () => Date;
  readonly random: () => string;
  readonly log: (line: string) => void;
  readonly treeLimit: number;
  readonly nextId: () => number;
  readonly git: (repository: Repository) => GitRepository;
  readonly emit: (event: HookEvent) => void;
  /** Runs changes one after the other, and after each what follows from it in merge queues: the callers of operations (routes, pages, seeding) wrap each in it, once. */
  readonly serialise: <T>(change: () => Promise<T>) => Promise<T>;
}

export function timestamp(world: World): Timestamp {
  return isoSeconds(world.now());
}

/** A node id as GitHub's older ones were made: base64 of the type and the id. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`${String(type.length).padStart(3, '0')}:${type}${id}`).toString('base64');
}

export function accountById(world: World, id: number): Account {
  const account = world.store.accounts.get(id);
  if (account === undefined) throw new Error(`No account has the id ${id}`);
  return account;
}

export function accountByLogin(world: World, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return [...world.store.accounts.values()].find((account) => account.login.toLowerCase() === wanted);
}

export function accountByEmail(world: World, email: string): Account | undefined {
  const wanted = email.toLowerCase();
  return [...world.store.accounts.values()].find((account) => account.email?.toLowerCase() === wanted);
}

export function repositoryById(world: World, id: number): Repository {
  const repository = world.store.repositories.get(id);
  if (repository === undefined) throw new Error(`No repository has the id ${id}`);
  return repository;
}

/** The repository of that name, or of that former name; undefined where there is none. */
export function repositoryByName(world: World, owner: string, name: string): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  for (const repository of world.store.repositories.values())
    if (fullName(world, repository).toLowerCase() === wanted) return repository;
  const former = world.store.formerNames.get(wanted);
  return former === undefined ? undefined : world.store.repositories.get(former);
}

export function fullName(world: World, repository: Repository): string {
  return `${accountById(world, repository.ownerId).login}/${repository.name}`;
}

/** The issue or pull request of that number. Throws 404. */
export function issueByNumber(world: World, repository: Repository, number: number): Issue {
  for (const issue of world.store.issues.values())
    if (issue.repositoryId === repository.id && issue.number === number) return issue;
  throw notFound();
}

export function pullRequestOfIssue(world: World, issue: Issue): PullRequest | undefined {
  return [...world.store.pullRequests.values()].find((pull) => pull.issue === issue);
}

/** The pull request of that number. Throws 404. */
export function pullRequestByNumber(world: World, repository: Repository, number: number): PullRequest {
  const pull = pullRequestOfIssue(world, issueByNumber(world, repository, number));
  if (pull === undefined) throw notFound();
  return pull;
}

export function pullRequestsOf(world: World, repository: Repository): PullRequest[] {
  return [...world.store.pullRequests.values()].filter((pull) => pull.base.repositoryId === repository.id);
}

export function appById(world: World, id: number): App {
  const app = world.store.apps.get(id);
  if (app === undefined) throw new Error(`No App has the id ${id}`);
  return app;
}

/** A person acting for themselves. Throws 404 where there is no such login. */
export function personNamed(world: World, login: string): Actor {
  const account = accountByLogin(world, login);
  if (account === undefined) throw new ApiError(404, `There is no account named ${login}`);
  return { account, app: null };
}
