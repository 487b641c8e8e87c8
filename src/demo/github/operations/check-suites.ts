import { notFound } from '../errors.ts';
import type { Actor, App, CheckSuite, Repository, Sha } from '../model.ts';
import { presentCheckSuite } from '../presenters/check.ts';
import { repositoryApi } from '../presenters/links.ts';
import { appById, nodeId, repositoryById, timestamp, type World } from '../world.ts';
import { allows } from './apps.ts';
import { requireRole } from './rights.ts';

interface SuiteOrigin {
  readonly branch: string | null;
  readonly before: Sha | null;
  readonly after: Sha;
}

/** The suite of an App on a commit; undefined where there is none. */
export function suiteOf(world: World, repository: Repository, app: App, sha: Sha): CheckSuite | undefined {
  for (const suite of world.store.checkSuites.values())
    if (suite.repositoryId === repository.id && suite.appId === app.id && suite.headSha === sha) return suite;
  return undefined;
}

/** The suite of an App on a commit, made where there is none. */
export function suiteFor(world: World, repository: Repository, app: App, origin: SuiteOrigin): CheckSuite {
  const known = suiteOf(world, repository, app, origin.after);
  if (known !== undefined) return known;
  const id = world.nextId();
  const at = timestamp(world);
  const suite: CheckSuite = {
    id,
    nodeId: nodeId('CheckSuite', id),
    repositoryId: repository.id,
    appId: app.id,
    headSha: origin.after,
    headBranch: origin.branch,
    before: origin.before,
    createdAt: at,
    updatedAt: at,
  };
  world.store.checkSuites.set(id, suite);
  return suite;
}

/** After a push: a suite for each installed App that may write checks, and the event that asks for its checks. */
export async function requestSuites(
  world: World,
  repository: Repository,
  origin: SuiteOrigin,
  by: Actor,
): Promise<void> {
  for (const installation of world.store.installations.values()) {
    if (!installation.repositoryIds.has(repository.id) || installation.suspendedAt !== null) continue;
    if (!allows(installation.permissions, 'checks', 'write')) continue;
    const app = appById(world, installation.appId);
    await tellSuite(world, suiteFor(world, repository, app, origin), 'requested', by);
  }
}

async function tellSuite(world: World, suite: CheckSuite, action: string, by: Actor): Promise<void> {
  const repository = repositoryById(world, suite.repositoryId);
  const { repository: _repository, ...shown } = await presentCheckSuite(world, suite);
  const api = `${repositoryApi(world, repository)}/check-suites/${suite.id}`;
  world.emit({
    event: 'check_suite',
    action,
    repository,
    sender: by.account,
    onlyApp: appById(world, suite.appId),
    body: { check_suite: { ...shown, url: api, rerequestable: true, runs_rerequestable: true } },
  });
}

/** Asks an App to run all its checks of a commit again. Throws 404. */
export async function rerequestSuite(
  world: World,
  repository: Repository,
  id: number,
  by: Actor,
): Promise<void> {
  requireRole(world, repository, by, 'write');
  const suite = world.store.checkSuites.get(id);
  if (suite?.repositoryId !== repository.id) throw notFound();
  await tellSuite(world, suite, 'rerequested', by);
}
