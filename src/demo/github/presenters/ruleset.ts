import type { Repository } from '../model.ts';
import type { Ruleset } from '../ruleset-model.ts';
import type { Rule } from '../ruleset-shape.ts';
import { fullName, type World } from '../world.ts';
import { repositoryApi, repositoryPage } from './links.ts';

/** A ruleset as the list of them shows it: without its rules and conditions. */
export function presentRulesetSummary(world: World, repository: Repository, ruleset: Ruleset) {
  const { name, target, enforcement } = ruleset.settings;
  return {
    id: ruleset.id,
    name,
    target,
    source_type: 'Repository' as const,
    source: fullName(world, repository),
    enforcement,
    node_id: ruleset.nodeId,
    _links: {
      self: { href: `${repositoryApi(world, repository)}/rulesets/${ruleset.id}` },
      html: { href: `${repositoryPage(world, repository)}/rules/${ruleset.id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  };
}

/** A ruleset whole. */
export function presentRuleset(world: World, repository: Repository, ruleset: Ruleset) {
  const { conditions, rules, bypass_actors: actors } = ruleset.settings;
  return {
    ...presentRulesetSummary(world, repository, ruleset),
    conditions,
    rules,
    bypass_actors: actors.map(({ actor_id: id, ...actor }) => ({ actor_id: id ?? null, ...actor })),
  };
}

/** A rule together with where it stands, as the rules of a branch show it. */
export function presentBranchRule(world: World, repository: Repository, ruleset: Ruleset, rule: Rule) {
  return {
    ...rule,
    ruleset_source_type: 'Repository' as const,
    ruleset_source: fullName(world, repository),
    ruleset_id: ruleset.id,
  };
}
