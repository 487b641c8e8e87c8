import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import { actorOf, callerOf, type Caller } from '../http/caller.ts';
import { fail, type Service } from '../http/register.ts';
import { allows } from '../operations/apps.ts';
import { minimizeComment } from '../operations/comments.ts';
import { dequeue, enqueue } from '../operations/merge-queue.ts';
import { entriesOf } from '../operations/queue-entries.ts';
import { revertPullRequest } from '../operations/reverting.ts';
import { hasRole } from '../operations/rights.ts';
import { setDraft } from '../operations/pull-requests.ts';
import type { PullRequest, Repository } from '../model.ts';
import { presentSimplePullRequest } from '../presenters/pull-request.ts';
import { presentGraphqlBlobs } from '../presenters/graphql-blobs.ts';
import { presentGraphqlEntry, presentGraphqlQueue } from '../presenters/graphql-merge-queue.ts';
import { presentGraphqlRepository } from '../presenters/graphql-pull-request.ts';
import { presentCollaborator, presentMembers } from '../presenters/graphql-rights.ts';
import { repositoryById, repositoryByName, type World } from '../world.ts';

const Request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).default({}) });
const RevertInput = z.object({
  pullRequestId: z.string(),
  title: z.string().optional(),
  body: z.string().optional(),
  draft: z.boolean().optional(),
});
const MinimizeInput = z.object({ subjectId: z.string(), classifier: z.string() });
const RepositoryInput = z.object({
  owner: z.string(),
  repo: z.string(),
  number: z.number().optional(),
  branch: z.string().optional(),
});
const EnqueueInput = z.object({
  pullRequestId: z.string(),
  expectedHeadOid: z.string().optional(),
  jump: z.boolean().optional(),
});
const DequeueInput = z.object({ id: z.string() });
const DraftInput = z.object({ pullRequestId: z.string() });

type Field = (world: World, caller: Caller, input: unknown, query: string) => Promise<unknown>;

/** A mutation that GraphQL refuses: an entry of `errors`, with status 200 as on GitHub. */
class GraphqlError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

function pullRequestByNode(world: World, id: string): PullRequest {
  const pull = [...world.store.pullRequests.values()].find((one) => one.nodeId === id);
  if (pull === undefined) throw unresolved(id);
  return pull;
}

function unresolved(id: string): GraphqlError {
  return new GraphqlError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

function requirePermission(
  caller: Caller,
  world: World,
  repository: Repository,
  needs: readonly string[],
  access: 'read' | 'write' = 'write',
): void {
  if (caller.kind === 'user') {
    if (!hasRole(world, repository, caller.account, 'read')) throw unresolved(repository.nodeId);
    return;
  }
  const isGranted =
    caller.kind === 'installation' &&
    (caller.token.repositoryIds ?? caller.installation.repositoryIds).has(repository.id) &&
    needs.every((need) => allows(caller.token.permissions, need, access));
  if (!isGranted) throw new GraphqlError('FORBIDDEN', 'Resource not accessible by integration');
}

/** Questions of several fields, known by the name of the operation; their answer is all of `data`. */
const OPERATIONS: Readonly<Record<string, Field>> = {
  personRights: (world, caller, input) => {
    const variables = z.record(z.string(), z.string()).parse(input);
    const { owner = '', repo = '', login = '' } = variables;
    const repository = repositoryByName(world, owner, repo);
    if (repository === undefined) throw unresolved(`${owner}/${repo}`);
    requirePermission(caller, world, repository, ['members'], 'read');
    const teams = Object.keys(variables).flatMap((name) => /^organisation(\d+)$/.exec(name)?.[1] ?? []);
    const members = teams.map((at) => [
      `team${at}`,
      presentMembers(world, variables[`organisation${at}`] ?? '', variables[`slug${at}`] ?? '', login),
    ]);
    return Promise.resolve({
      role: presentCollaborator(world, repository, login),
      ...Object.fromEntries(members),
    });
  },
};

const FIELDS: Readonly<Record<string, Field>> = {
  repository: async (world, caller, input, query) => {
    const { owner, repo, number, branch } = RepositoryInput.parse(input);
    const repository = repositoryByName(world, owner, repo);
    if (repository === undefined) throw unresolved(`${owner}/${repo}`);
    if (branch !== undefined) {
      requirePermission(caller, world, repository, ['merge_queues'], 'read');
      return presentGraphqlQueue(world, repository, branch);
    }
    if (number === undefined) {
      requirePermission(caller, world, repository, ['contents'], 'read');
      return presentGraphqlBlobs(world, repository, query);
    }
    requirePermission(caller, world, repository, ['pull_requests'], 'read');
    return presentGraphqlRepository(world, repository, number);
  },
  revertPullRequest: async (world, caller, input) => {
    const { pullRequestId, ...request } = RevertInput.parse(input);
    const pull = pullRequestByNode(world, pullRequestId);
    const repository = repositoryById(world, pull.base.repositoryId);
    requirePermission(caller, world, repository, ['pull_requests', 'contents']);
    const revert = await revertPullRequest(world, pull, request, actorOf(world, caller));
    return { clientMutationId: null, pullRequest: node(world, pull), revertPullRequest: node(world, revert) };
  },
  minimizeComment: (world, caller, input) => {
    const { subjectId, classifier } = MinimizeInput.parse(input);
    const comment = [...world.store.comments.values()].find((one) => one.nodeId === subjectId);
    if (comment === undefined) throw unresolved(subjectId);
    requirePermission(caller, world, repositoryById(world, comment.repositoryId), ['issues']);
    minimizeComment(world, comment, classifier, actorOf(world, caller));
    const minimizedComment = { id: subjectId, isMinimized: true, minimizedReason: comment.minimized };
    return Promise.resolve({ clientMutationId: null, minimizedComment });
  },
  enqueuePullRequest: async (world, caller, input) => {
    const { pullRequestId, expectedHeadOid: head, jump } = EnqueueInput.parse(input);
    const pull = pullRequestByNode(world, pullRequestId);
    const repository = repositoryById(world, pull.base.repositoryId);
    requirePermission(caller, world, repository, ['merge_queues']);
    const entry = await enqueue(world, pull, { head, jump }, actorOf(world, caller));
    const queue = entriesOf(world, repository, entry.branch);
    return { clientMutationId: null, mergeQueueEntry: presentGraphqlEntry(world, entry, queue) };
  },
  dequeuePullRequest: async (world, caller, input) => {
    const pull = pullRequestByNode(world, DequeueInput.parse(input).id);
    const repository = repositoryById(world, pull.base.repositoryId);
    requirePermission(caller, world, repository, ['merge_queues']);
    const queue = entriesOf(world, repository, pull.base.ref);
    const entry = await dequeue(world, pull, actorOf(world, caller));
    return { clientMutationId: null, mergeQueueEntry: presentGraphqlEntry(world, entry, queue) };
  },
  convertPullRequestToDraft: (world, caller, input) => changeDraft(world, caller, input, true),
  markPullRequestReadyForReview: (world, caller, input) => changeDraft(world, caller, input, false),
};

async function changeDraft(world: World, caller: Caller, input: unknown, draft: boolean): Promise<unknown> {
  const pull = pullRequestByNode(world, DraftInput.parse(input).pullRequestId);
  requirePermission(caller, world, repositoryById(world, pull.base.repositoryId), ['pull_requests']);
  await setDraft(world, pull, draft, actorOf(world, caller));
  return { clientMutationId: null, pullRequest: node(world, pull) };
}

/** All fields of a pull request that the operations are asked for, whichever the query names. */
function node(world: World, pull: PullRequest) {
  const shown = presentSimplePullRequest(world, pull);
  return {
    id: pull.nodeId,
    databaseId: pull.id,
    number: pull.issue.number,
    title: pull.issue.title,
    url: shown.html_url,
    isDraft: pull.draft,
    headRefName: pull.head.ref,
    headRefOid: pull.head.sha,
    baseRefName: pull.base.ref,
    state: pull.merge === null ? pull.issue.state.toUpperCase() : 'MERGED',
  };
}

/**
 * Serves GraphQL without a parser: an operation is known by the name of its one field, and its input must come in
 * the variable `input`. Anything else answers with `errors` and is said aloud.
 */
export function registerGraphql(
  server: FastifyInstance,
  service: Service,
  unknown: (what: string) => void,
): void {
  for (const url of ['/graphql', '/api/graphql'])
    server.post(url, async (request, reply) => {
      const { world, faults, requestLog } = service;
      const failure = faults.failureFor('POST', '/graphql');
      if (failure !== undefined) return fail(reply, new ApiError(failure, 'Server Error'));
      try {
        const caller = callerOf(world, request.headers.authorization);
        if (caller.kind === 'anonymous') throw new ApiError(401, 'Requires authentication');
        const { query, variables } = Request.parse(request.body);
        const name = Object.keys({ ...OPERATIONS, ...FIELDS }).find((field) =>
          new RegExp(`\\b${field}\\s*\\(`).test(query),
        );
        const label = `POST /graphql ${name ?? 'unknown'}`;
        requestLog.set(label, (requestLog.get(label) ?? 0) + 1);
        if (name === undefined) unknown(`POST /graphql ${query.slice(0, 200)}`);
        return await reply.send(await execute(world, caller, name, variables, query));
      } catch (error) {
        if (error instanceof ApiError) return fail(reply, error);
        throw error;
      }
    });
}

async function execute(
  world: World,
  caller: Caller,
  name: string | undefined,
  variables: Readonly<Record<string, unknown>>,
  query: string,
): Promise<unknown> {
  const operation = name === undefined ? undefined : OPERATIONS[name];
  const field = name === undefined ? undefined : (operation ?? FIELDS[name]);
  if (field === undefined || name === undefined)
    return {
      errors: [{ type: 'undefinedField', message: 'The simulated GitHub does not know this operation.' }],
    };
  try {
    const data = await world.serialise(() => field(world, caller, variables['input'] ?? variables, query));
    return { data: operation === undefined ? { [name]: data } : data };
  } catch (error) {
    return { data: { [name]: null }, errors: [{ path: [name], ...describe(error) }] };
  }
}

function describe(error: unknown): { type: string; message: string } {
  if (error instanceof GraphqlError) return { type: error.type, message: error.message };
  if (error instanceof ApiError || error instanceof z.ZodError)
    return { type: 'UNPROCESSABLE', message: error.message };
  throw error;
}
