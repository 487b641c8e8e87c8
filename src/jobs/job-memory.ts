import { parseRepositoryConfig, type RepositoryConfig } from '../config/repository-config.ts';
import { configurationPath } from './configuration-path.ts';
import { createPlanMemory, remembering, type PlanMemory } from './planning/plan-memory.ts';

/** What one job found out that the next one would find out again. */
export interface JobMemory extends PlanMemory {
  /** What a repository's file says. Throws ConfigError. */
  configuration(bytes: Uint8Array): RepositoryConfig;
}

export function createJobMemory(): JobMemory {
  return {
    ...createPlanMemory(),
    configuration: remembering((bytes: Uint8Array) =>
      parseRepositoryConfig(new TextDecoder().decode(bytes), configurationPath),
    ),
  };
}
