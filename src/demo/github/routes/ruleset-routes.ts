import { input, listed, numberParam, param, repositoryRoute, type Call, type Route } from '../http/route.ts';
import type { Repository } from '../model.ts';
import { bypassOf, rulesetsOn } from '../operations/branch-rules.ts';
import { hasRole } from '../operations/rights.ts';
import {
  createRuleset,
  deleteRuleset,
  editRuleset,
  rulesetById,
  rulesetsOf,
} from '../operations/rulesets.ts';
import { presentBranchRule, presentRuleset, presentRulesetSummary } from '../presenters/ruleset.ts';
import type { Ruleset } from '../ruleset-model.ts';
import { rulesetShape } from '../ruleset-shape.ts';

function rulesetIn(call: Call, repository: Repository): Ruleset {
  return rulesetById(call.world, repository, numberParam(call, 'id'));
}

/** GitHub shows who may bypass a ruleset only to those who may change it. */
function shown({ world, actor, caller }: Call, repository: Repository, ruleset: Ruleset) {
  const { bypass_actors: actors, ...rest } = presentRuleset(world, repository, ruleset);
  const mayWrite =
    caller.kind === 'installation'
      ? caller.token.permissions['administration'] === 'write'
      : hasRole(world, repository, actor.account, 'admin');
  return {
    ...rest,
    ...(mayWrite ? { bypass_actors: actors } : {}),
    current_user_can_bypass: bypassOf(world, repository, ruleset, actor),
  };
}

export const rulesetRoutes: readonly Route[] = [
  repositoryRoute('GET', '/rulesets', ['metadata:read'], (call, repository) =>
    listed(call, rulesetsOf(call.world, repository), (ruleset) =>
      presentRulesetSummary(call.world, repository, ruleset),
    ),
  ),
  repositoryRoute('POST', '/rulesets', ['administration:write'], (call, repository) => {
    const ruleset = createRuleset(call.world, repository, input(call, rulesetShape), call.actor);
    return { status: 201, body: shown(call, repository, ruleset) };
  }),
  repositoryRoute('GET', '/rulesets/:id', ['metadata:read'], (call, repository) => ({
    body: shown(call, repository, rulesetIn(call, repository)),
  })),
  repositoryRoute('PUT', '/rulesets/:id', ['administration:write'], (call, repository) => {
    const ruleset = rulesetIn(call, repository);
    // What a change does not name stays as it is.
    const body: unknown = { ...ruleset.settings, ...(call.body ?? {}) };
    editRuleset(call.world, repository, ruleset, input({ ...call, body }, rulesetShape), call.actor);
    return { body: shown(call, repository, ruleset) };
  }),
  repositoryRoute('DELETE', '/rulesets/:id', ['administration:write'], (call, repository) => {
    deleteRuleset(call.world, repository, rulesetIn(call, repository), call.actor);
    return { status: 204 };
  }),
  repositoryRoute('GET', '/rules/branches/:branch', ['metadata:read'], (call, repository) => {
    const { world } = call;
    // Classic protection is not told here: only who may read the administration is told of that.
    const rules = rulesetsOn(world, repository, param(call, 'branch')).flatMap((ruleset) =>
      ruleset.settings.rules.map((rule) => presentBranchRule(world, repository, ruleset, rule)),
    );
    return listed(call, rules, (rule) => rule);
  }),
];
