import { ApiError, invalid, notFound } from '../errors.ts';
import { objectType } from '../git/objects.ts';
import { listRefs } from '../git/refs.ts';
import type { GitRepository } from '../git/repository.ts';
import type {
  Actor,
  Annotation,
  App,
  CheckAction,
  CheckConclusion,
  CheckRun,
  CheckStatus,
  Repository,
  Sha,
} from '../model.ts';
import { presentCheckRun, presentCheckSuite } from '../presenters/check.ts';
import { appById, nodeId, repositoryById, timestamp, type World } from '../world.ts';
import { suiteFor, suiteOf } from './check-suites.ts';
import { requireRole, requireUnarchived } from './rights.ts';

/** Bytes in a check run's summary and in its text. */
const LONGEST_OUTPUT = 65_535;
const MOST_ANNOTATIONS = 50;
const MOST_ACTIONS = 3;

export interface CheckRunChange {
  readonly name?: string | undefined;
  readonly status?: CheckStatus | undefined;
  readonly conclusion?: CheckConclusion | undefined;
  readonly detailsUrl?: string | undefined;
  readonly externalId?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  readonly output?:
    | {
        readonly title?: string | undefined;
        readonly summary?: string | undefined;
        readonly text?: string | undefined;
        readonly annotations?: readonly Annotation[] | undefined;
      }
    | undefined;
  readonly actions?: readonly CheckAction[] | undefined;
}

function refused(message: string): ApiError {
  return invalid(`Invalid request.\n\n${message}`);
}

function requireWithinLimits({ output, actions }: CheckRunChange): void {
  for (const part of ['summary', 'text'] as const)
    if (Buffer.byteLength(output?.[part] ?? '') > LONGEST_OUTPUT)
      throw refused(`Only ${LONGEST_OUTPUT} characters are allowed for ${part}.`);
  const annotations = output?.annotations ?? [];
  if (annotations.length > MOST_ANNOTATIONS)
    throw refused(`No more than ${MOST_ANNOTATIONS} items are allowed; ${annotations.length} were supplied.`);
  if ((actions ?? []).length > MOST_ACTIONS)
    throw refused(`No more than ${MOST_ACTIONS} actions are allowed.`);
  for (const { label, description, identifier } of actions ?? [])
    if (label.length > 20 || description.length > 40 || identifier.length > 20)
      throw refused(
        'An action has a label of at most 20, a description of 40, an identifier of 20 characters.',
      );
}

/** Only an App has check runs. */
function requireApp(by: Actor): App {
  if (by.app === null) throw new ApiError(403, 'You must authenticate via a GitHub App.');
  return by.app;
}

/** Creates a check run for the App that asks. Throws 403 for a person, 422 past a limit or without that commit. */
export async function createCheckRun(
  world: World,
  repository: Repository,
  wanted: CheckRunChange & { readonly name: string; readonly headSha: string },
  by: Actor,
): Promise<CheckRun> {
  const app = requireApp(by);
  requireUnarchived(repository);
  requireWithinLimits(wanted);
  const git = world.git(repository);
  if ((await objectType(git, wanted.headSha)) !== 'commit')
    throw invalid(`No commit found for SHA: ${wanted.headSha}`);
  const suite =
    suiteOf(world, repository, app, wanted.headSha) ??
    suiteFor(world, repository, app, {
      branch: await branchAt(git, wanted.headSha),
      before: null,
      after: wanted.headSha,
    });
  const id = world.nextId();
  const run: CheckRun = {
    id,
    nodeId: nodeId('CheckRun', id),
    suiteId: suite.id,
    repositoryId: repository.id,
    appId: app.id,
    headSha: wanted.headSha,
    name: wanted.name,
    status: 'queued',
    conclusion: null,
    detailsUrl: null,
    externalId: '',
    startedAt: timestamp(world),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  world.store.checkRuns.set(id, run);
  apply(world, run, wanted);
  await tell(world, run, 'created', by);
  if (isCompleted(run)) await tell(world, run, 'completed', by);
  return run;
}

async function branchAt(git: GitRepository, sha: Sha): Promise<string | null> {
  const branch = (await listRefs(git, 'refs/heads/')).find((ref) => ref.sha === sha);
  return branch?.ref.slice('refs/heads/'.length) ?? null;
}

function isCompleted(run: CheckRun): boolean {
  return run.status === 'completed';
}

function apply(world: World, run: CheckRun, change: CheckRunChange): void {
  run.name = change.name ?? run.name;
  run.detailsUrl = change.detailsUrl ?? run.detailsUrl;
  run.externalId = change.externalId ?? run.externalId;
  run.startedAt = change.startedAt ?? run.startedAt;
  run.title = change.output?.title ?? run.title;
  run.summary = change.output?.summary ?? run.summary;
  run.text = change.output === undefined ? run.text : (change.output.text ?? run.text);
  run.annotations.push(...(change.output?.annotations ?? []));
  run.actions = change.actions ?? run.actions;
  // A conclusion alone completes the run, as GitHub's documentation of "Create a check run" says.
  run.status = change.conclusion === undefined ? (change.status ?? run.status) : 'completed';
  if (change.conclusion !== undefined) run.conclusion = change.conclusion;
  if (run.status !== 'completed') run.conclusion = null;
  if (run.status === 'completed' && run.conclusion === null)
    throw refused('A completed check run needs a conclusion.');
  run.completedAt = run.status === 'completed' ? (change.completedAt ?? timestamp(world)) : null;
}

/** The check run of that id in that repository. Throws 404. */
export function checkRunById(world: World, repository: Repository, id: number): CheckRun {
  const run = world.store.checkRuns.get(id);
  if (run?.repositoryId !== repository.id) throw notFound();
  return run;
}

/** Changes a check run; annotations are appended. Only the App that made it may. */
export async function updateCheckRun(
  world: World,
  run: CheckRun,
  change: CheckRunChange,
  by: Actor,
): Promise<void> {
  const app = requireApp(by);
  requireUnarchived(repositoryById(world, run.repositoryId));
  if (run.appId !== app.id) throw new ApiError(403, 'Invalid app_id: the check run belongs to another App.');
  requireWithinLimits(change);
  const wasCompleted = isCompleted(run);
  apply(world, run, change);
  if (isCompleted(run) && !wasCompleted) await tell(world, run, 'completed', by);
}

/** Asks the run's App to do it again. Needs write. */
export async function rerequestCheckRun(world: World, run: CheckRun, by: Actor): Promise<void> {
  requireRole(world, repositoryById(world, run.repositoryId), by, 'write');
  await tell(world, run, 'rerequested', by);
}

/** Presses one of the run's buttons. Needs write. Throws 422 for a button it does not have. */
export async function pressCheckAction(
  world: World,
  run: CheckRun,
  identifier: string,
  by: Actor,
): Promise<void> {
  requireRole(world, repositoryById(world, run.repositoryId), by, 'write');
  if (!run.actions.some((action) => action.identifier === identifier))
    throw invalid(`The check run has no action ${identifier}`);
  await tell(world, run, 'requested_action', by, { requested_action: { identifier } });
}

async function tell(
  world: World,
  run: CheckRun,
  action: 'created' | 'completed' | 'rerequested' | 'requested_action',
  by: Actor,
  body: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const repository = repositoryById(world, run.repositoryId);
  const suite = world.store.checkSuites.get(run.suiteId);
  if (suite === undefined) throw new Error(`No check suite has the id ${run.suiteId}`);
  const {
    latest_check_runs_count: _runs,
    check_runs_url: _url,
    repository: _repository,
    head_commit: _head,
    ...shown
  } = await presentCheckSuite(world, suite);
  const toItsApp = action === 'rerequested' || action === 'requested_action';
  world.emit({
    event: 'check_run',
    action,
    repository,
    sender: by.account,
    ...(toItsApp ? { onlyApp: appById(world, run.appId) } : {}),
    body: { check_run: { ...presentCheckRun(world, run), check_suite: shown }, ...body },
  });
}
