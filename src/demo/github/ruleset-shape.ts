import { z } from 'zod';

const reviewRule = z.object({
  type: z.literal('pull_request'),
  parameters: z.object({
    allowed_merge_methods: z.array(z.enum(['merge', 'squash', 'rebase'])).optional(),
    dismiss_stale_reviews_on_push: z.boolean(),
    require_code_owner_review: z.boolean(),
    require_last_push_approval: z.boolean(),
    required_approving_review_count: z.int().min(0).max(10),
    required_review_thread_resolution: z.boolean(),
  }),
});

const checksRule = z.object({
  type: z.literal('required_status_checks'),
  parameters: z.object({
    do_not_enforce_on_create: z.boolean().optional(),
    required_status_checks: z.array(
      z.object({ context: z.string().min(1), integration_id: z.int().optional() }),
    ),
    strict_required_status_checks_policy: z.boolean(),
  }),
});

const queueRule = z.object({
  type: z.literal('merge_queue'),
  parameters: z.object({
    check_response_timeout_minutes: z.int().min(1).max(360),
    grouping_strategy: z.enum(['ALLGREEN', 'HEADGREEN']),
    max_entries_to_build: z.int().min(0).max(100),
    max_entries_to_merge: z.int().min(0).max(100),
    merge_method: z.enum(['MERGE', 'SQUASH', 'REBASE']),
    min_entries_to_merge: z.int().min(0).max(100),
    min_entries_to_merge_wait_minutes: z.int().min(0).max(360),
  }),
});

/** The rules that are enforced here; a ruleset with any other is refused rather than half obeyed. */
const ruleShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('deletion') }),
  z.object({ type: z.literal('non_fast_forward') }),
  reviewRule,
  checksRule,
  queueRule,
]);
export type Rule = z.infer<typeof ruleShape>;
export type QueueSettings = z.infer<typeof queueRule>['parameters'];

const bypassActorShape = z.object({
  actor_id: z.int().nullish(),
  actor_type: z.enum(['Integration', 'OrganizationAdmin', 'RepositoryRole', 'Team', 'DeployKey', 'User']),
  bypass_mode: z.enum(['always', 'pull_request', 'exempt']).default('always'),
});
export type BypassActor = z.infer<typeof bypassActorShape>;

/** What GitHub takes to make or change a ruleset; names and patterns as in its REST API. */
export const rulesetShape = z.object({
  name: z.string().min(1),
  target: z.literal('branch').default('branch'),
  enforcement: z.enum(['active', 'disabled', 'evaluate']),
  bypass_actors: z.array(bypassActorShape).default([]),
  conditions: z
    .object({
      ref_name: z.object({
        include: z.array(z.string()).default([]),
        exclude: z.array(z.string()).default([]),
      }),
    })
    .default({ ref_name: { include: [], exclude: [] } }),
  rules: z.array(ruleShape).default([]),
});
export type RulesetSettings = z.infer<typeof rulesetShape>;
