import { z } from 'zod';

// Only what is used, so that a field that GitHub adds or drops elsewhere changes nothing.

export const withAction = z.object({ action: z.string() });

const repository = z.object({ id: z.int() });

export const pullRequestPayload = z.object({
  action: z.string(),
  number: z.int(),
  repository,
  pull_request: z.object({ merged: z.boolean().nullish() }).optional(),
  changes: z.object({ base: z.unknown().optional(), title: z.unknown().optional() }).optional(),
});

export const reviewPayload = z.object({ pull_request: z.object({ number: z.int() }), repository });

export const commentPayload = z.object({
  repository,
  issue: z.object({ number: z.int(), pull_request: z.object({}).nullish() }),
  comment: z.object({
    id: z.int(),
    body: z.string().nullish(),
    created_at: z.iso.datetime({ offset: true }),
    // Null where the account is gone.
    user: z.object({ login: z.string(), type: z.string() }).nullable(),
  }),
});

export const pushPayload = z.object({
  ref: z.string(),
  before: z.string(),
  repository,
});

const sender = z.object({ login: z.string() });

/** What a push says beside that of who pushed; it has no sender where GitHub knows nobody. */
export const pushTold = z.object({
  ref: z.string(),
  before: z.string().optional(),
  after: z.string(),
  repository,
  sender,
});

/** `after` is said of a new head alone. */
export const synchronizeTold = z.object({
  action: z.literal('synchronize'),
  before: z.string().optional(),
  after: z.string(),
  sender,
  pull_request: z.object({
    head: z.object({ ref: z.string(), repo: z.object({ id: z.int() }).nullable() }),
  }),
});

/** Who may do what has changed: in a repository, or in all of an organisation's. */
export const rightsPayload = z.object({
  repository: repository.nullish(),
  organization: z.object({ login: z.string() }).nullish(),
});

const pullRequests = z.array(
  z.object({ number: z.int(), base: z.object({ repo: z.object({ id: z.int() }) }) }),
);

export const checkRunPayload = z.object({
  action: z.string(),
  repository,
  check_run: z.object({ head_sha: z.string(), pull_requests: pullRequests }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
});

export const checkSuitePayload = z.object({
  repository,
  check_suite: z.object({ head_sha: z.string(), pull_requests: pullRequests }),
});

export const mergeGroupPayload = z.object({
  repository,
  merge_group: z.object({
    head_sha: z.string(),
    head_ref: z.string(),
    base_sha: z.string(),
    base_ref: z.string(),
  }),
});

export const installationPayload = z.object({ repositories: z.array(repository).default([]) });

export const installationRepositoriesPayload = z.object({ repositories_added: z.array(repository) });

export const repositoryPayload = z.object({ repository });
