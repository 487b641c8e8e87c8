import { invalid, notFound } from '../errors.ts';
import type { Actor, Repository } from '../model.ts';
import type { Ruleset } from '../ruleset-model.ts';
import type { RulesetSettings } from '../ruleset-shape.ts';
import { nodeId, timestamp, type World } from '../world.ts';
import { requireRole } from './rights.ts';

export function rulesetsOf(world: World, repository: Repository): Ruleset[] {
  return [...world.store.rulesets.values()].filter(({ repositoryId }) => repositoryId === repository.id);
}

/** The ruleset of that id in that repository. Throws 404. */
export function rulesetById(world: World, repository: Repository, id: number): Ruleset {
  const ruleset = world.store.rulesets.get(id);
  if (ruleset?.repositoryId !== repository.id) throw notFound();
  return ruleset;
}

/** Makes a ruleset. Needs admin. Throws 422 where the name is taken. */
export function createRuleset(
  world: World,
  repository: Repository,
  settings: RulesetSettings,
  by: Actor,
): Ruleset {
  requireRole(world, repository, by, 'admin');
  requireFreeName(world, repository, settings.name, null);
  const id = world.nextId();
  const at = timestamp(world);
  const own = { id, nodeId: nodeId('RepositoryRuleset', id), repositoryId: repository.id };
  const ruleset: Ruleset = { ...own, settings, createdAt: at, updatedAt: at };
  world.store.rulesets.set(id, ruleset);
  return ruleset;
}

/** Replaces what a ruleset says. Needs admin. */
export function editRuleset(
  world: World,
  repository: Repository,
  ruleset: Ruleset,
  settings: RulesetSettings,
  by: Actor,
): void {
  requireRole(world, repository, by, 'admin');
  requireFreeName(world, repository, settings.name, ruleset);
  ruleset.settings = settings;
  ruleset.updatedAt = timestamp(world);
}

/** Removes a ruleset. Needs admin. */
export function deleteRuleset(world: World, repository: Repository, ruleset: Ruleset, by: Actor): void {
  requireRole(world, repository, by, 'admin');
  world.store.rulesets.delete(ruleset.id);
}

function requireFreeName(world: World, repository: Repository, name: string, own: Ruleset | null): void {
  const taken = rulesetsOf(world, repository).some((other) => other !== own && other.settings.name === name);
  if (taken) throw invalid('Validation Failed: Name must be unique');
}
