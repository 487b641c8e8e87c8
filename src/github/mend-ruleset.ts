import { z } from 'zod';
import type { Bypass } from '../domain/branch-guards.ts';
import type { GuardingRuleset } from '../domain/guarding-ruleset.ts';
import { bypassOf } from './branch-guards.ts';

const ruleSchema = z.looseObject({ type: z.string(), parameters: z.looseObject({}).optional() });

const checkSchema = z.looseObject({ context: z.string(), integration_id: z.number().nullish() });

const checksIn = z.looseObject({ required_status_checks: z.array(checkSchema).default([]) });

/** A ruleset as GitHub shows it, whatever else is in it. */
export const standingRuleset = z.object({
  /** Absent where the App may not see them. */
  bypass_actors: z
    .array(z.looseObject({ actor_id: z.number().nullish(), actor_type: z.string() }))
    .optional(),
  conditions: z
    .looseObject({
      ref_name: z
        .looseObject({ include: z.array(z.string()).default([]), exclude: z.array(z.string()).default([]) })
        .optional(),
    })
    .nullish(),
  rules: z.array(ruleSchema).default([]),
});
type Standing = z.infer<typeof standingRuleset>;
type Rule = z.infer<typeof ruleSchema>;

/** What a ruleset is to be changed to, and who then passes it by no more. */
export interface Mended {
  readonly ruleset: Readonly<Record<string, unknown>>;
  readonly tookOff: readonly Bypass[];
}

/**
 * A ruleset that stands, with all that is wanted of it. What others added stays: branches, rules, parameters, checks.
 * What weakens it goes: that it is not enforced, that its branch is left out by name, that another App may report a
 * check, and who may pass it by, but for the App itself.
 */
export function mendRuleset(
  standing: Standing,
  wanted: GuardingRuleset,
  { appId, defaultBranch }: { readonly appId: number; readonly defaultBranch: string },
): Mended {
  const actors = (standing.bypass_actors ?? []).map((actor) => ({
    actor,
    bypass: bypassOf(actor.actor_type, actor.actor_id ?? null),
  }));
  const isOwn = ({ kind, id }: Bypass): boolean => kind === 'app' && id === appId;
  const { name, target, enforcement } = wanted;
  const ruleset = {
    name,
    target,
    enforcement,
    ...(standing.bypass_actors === undefined
      ? {}
      : { bypass_actors: actors.filter(({ bypass }) => isOwn(bypass)).map(({ actor }) => actor) }),
    conditions: conditionsOf(standing, wanted, defaultBranch),
    rules: rulesOf(standing.rules, wanted),
  };
  return { ruleset, tookOff: actors.map(({ bypass }) => bypass).filter((bypass) => !isOwn(bypass)) };
}

function conditionsOf({ conditions }: Standing, wanted: GuardingRuleset, defaultBranch: string): object {
  const { include } = wanted.conditions.ref_name;
  const refs = conditions?.ref_name ?? { include: [], exclude: [] };
  const isDefault = include.includes(`refs/heads/${defaultBranch}`);
  const leavesOut = new Set([...include, '~ALL', ...(isDefault ? ['~DEFAULT_BRANCH'] : [])]);
  const ref_name = {
    ...refs,
    include: [...new Set([...refs.include, ...include])],
    exclude: refs.exclude.filter((pattern) => !leavesOut.has(pattern)),
  };
  return { ...conditions, ref_name };
}

function rulesOf(standing: readonly Rule[], { rules: wanted }: GuardingRuleset): readonly object[] {
  const present = new Set(standing.map(({ type }) => type));
  const [, , checks] = wanted;
  const asked = checks.parameters.required_status_checks;
  // The rule can stand there more than once: the first gets what is missing, the others keep what is their own.
  const first = standing.find(({ type }) => type === checks.type);
  const kept = standing.map((rule) =>
    rule.type === checks.type ? withChecks(rule, asked, rule === first) : rule,
  );
  return [...kept, ...wanted.filter(({ type }) => !present.has(type))];
}

function withChecks(
  rule: Rule,
  asked: GuardingRuleset['rules'][2]['parameters']['required_status_checks'],
  isFirst: boolean,
): object {
  const parameters = checksIn.parse(rule.parameters ?? {});
  const others = parameters.required_status_checks
    .filter(({ context }) => !asked.some((one) => one.context === context))
    // GitHub shows a check of any App with a null that it does not take.
    .map(({ integration_id: app, ...check }) =>
      (app ?? null) === null ? check : { ...check, integration_id: app },
    );
  const checks = [...others, ...(isFirst ? asked : [])];
  return { ...rule, parameters: { ...parameters, required_status_checks: checks } };
}
