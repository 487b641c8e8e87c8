import { z } from 'zod';
import {
  input,
  listed,
  listedAs,
  numberParam,
  param,
  repositoryRoute,
  type Call,
  type Route,
} from '../http/route.ts';
import { CHECK_CONCLUSIONS, CHECK_STATUSES, type CheckRun, type Repository } from '../model.ts';
import { checkRunsOf, latestRuns } from '../operations/check-lookup.ts';
import {
  checkRunById,
  createCheckRun,
  rerequestCheckRun,
  updateCheckRun,
  type CheckRunChange,
} from '../operations/check-runs.ts';
import { rerequestSuite } from '../operations/check-suites.ts';
import { notFound } from '../errors.ts';
import { presentAnnotation, presentCheckRun, presentCheckSuite } from '../presenters/check.ts';
import { commitNamed } from './commit-routes.ts';

const AnnotationBody = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_column: z.number().int().nullish(),
  end_column: z.number().int().nullish(),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().nullish(),
  raw_details: z.string().nullish(),
});
const ChangeBody = z.object({
  name: z.string().min(1).optional(),
  status: z.enum(CHECK_STATUSES).optional(),
  conclusion: z.enum(CHECK_CONCLUSIONS).exclude(['stale']).optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: z.string().optional(),
      text: z.string().optional(),
      annotations: z.array(AnnotationBody).optional(),
    })
    .optional(),
  actions: z
    .array(z.object({ label: z.string(), description: z.string(), identifier: z.string() }))
    .optional(),
});
// The name is required and the output, where there is one, needs a title and a summary.
const NewBody = ChangeBody.extend({
  name: z.string().min(1),
  head_sha: z.string(),
  output: ChangeBody.shape.output.unwrap().extend({ title: z.string(), summary: z.string() }).optional(),
});

function changeFrom(body: z.infer<typeof ChangeBody>): CheckRunChange {
  const annotations = body.output?.annotations?.map((one) => ({
    path: one.path,
    startLine: one.start_line,
    endLine: one.end_line,
    startColumn: one.start_column ?? null,
    endColumn: one.end_column ?? null,
    level: one.annotation_level,
    message: one.message,
    title: one.title ?? null,
    rawDetails: one.raw_details ?? null,
  }));
  return {
    name: body.name,
    status: body.status,
    conclusion: body.conclusion,
    detailsUrl: body.details_url,
    externalId: body.external_id,
    startedAt: body.started_at,
    completedAt: body.completed_at,
    output: body.output === undefined ? undefined : { ...body.output, annotations },
    actions: body.actions,
  };
}

function runIn(call: Call, repository: Repository): CheckRun {
  return checkRunById(call.world, repository, numberParam(call, 'id'));
}

async function runsOfCommit(call: Call, repository: Repository) {
  const sha = await commitNamed(call, repository, param(call, 'ref'));
  return listRuns(call, checkRunsOf(call.world, repository, sha));
}

function listRuns(call: Call, all: readonly CheckRun[]) {
  const { query, world } = call;
  const found = (query['filter'] === 'all' ? all : latestRuns(all))
    .filter((run) => query['check_name'] === undefined || run.name === query['check_name'])
    .filter((run) => query['status'] === undefined || run.status === query['status'])
    .filter((run) => query['app_id'] === undefined || run.appId === Number(query['app_id']))
    .toReversed();
  return listedAs(call, 'check_runs', found, (run) => presentCheckRun(world, run));
}

export const checkRoutes: readonly Route[] = [
  repositoryRoute('POST', '/check-runs', ['checks:write'], async (call, repository) => {
    const body = input(call, NewBody);
    const wanted = { ...changeFrom(body), name: body.name, headSha: body.head_sha };
    const run = await createCheckRun(call.world, repository, wanted, call.actor);
    return { status: 201, body: presentCheckRun(call.world, run) };
  }),
  repositoryRoute('GET', '/check-runs/:id', ['checks:read'], (call, repository) => ({
    body: presentCheckRun(call.world, runIn(call, repository)),
  })),
  repositoryRoute('PATCH', '/check-runs/:id', ['checks:write'], async (call, repository) => {
    const run = runIn(call, repository);
    await updateCheckRun(call.world, run, changeFrom(input(call, ChangeBody)), call.actor);
    return { body: presentCheckRun(call.world, run) };
  }),
  repositoryRoute('GET', '/check-runs/:id/annotations', ['checks:read'], (call, repository) => {
    const run = runIn(call, repository);
    return listed(call, run.annotations, (one) => presentAnnotation(call.world, run, one));
  }),
  repositoryRoute('POST', '/check-runs/:id/rerequest', ['checks:write'], async (call, repository) => {
    await rerequestCheckRun(call.world, runIn(call, repository), call.actor);
    return { status: 201, body: {} };
  }),
  repositoryRoute('GET', '/check-suites/:id', ['checks:read'], async (call, repository) => {
    const suite = call.world.store.checkSuites.get(numberParam(call, 'id'));
    if (suite?.repositoryId !== repository.id) throw notFound();
    return { body: await presentCheckSuite(call.world, suite) };
  }),
  repositoryRoute('GET', '/check-suites/:id/check-runs', ['checks:read'], (call, repository) => {
    const runs = [...call.world.store.checkRuns.values()].filter(
      (run) => run.suiteId === numberParam(call, 'id') && run.repositoryId === repository.id,
    );
    return listRuns(call, runs);
  }),
  repositoryRoute('POST', '/check-suites/:id/rerequest', ['checks:write'], async (call, repository) => {
    await rerequestSuite(call.world, repository, numberParam(call, 'id'), call.actor);
    return { status: 201, body: {} };
  }),
  repositoryRoute('GET', '/commits/:ref/check-runs', ['checks:read'], runsOfCommit),
  repositoryRoute('GET', '/commits/:ref/check-suites', ['checks:read'], async (call, repository) => {
    const sha = await commitNamed(call, repository, param(call, 'ref'));
    const found = [...call.world.store.checkSuites.values()]
      .filter((suite) => suite.repositoryId === repository.id && suite.headSha === sha)
      .filter((suite) => call.query['app_id'] === undefined || suite.appId === Number(call.query['app_id']));
    return listedAs(call, 'check_suites', found, (suite) => presentCheckSuite(call.world, suite));
  }),
];
