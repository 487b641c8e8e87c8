import type { Timestamp } from './model.ts';
import type { RulesetSettings } from './ruleset-shape.ts';

/** A named set of rules of one repository. */
export interface Ruleset {
  readonly id: number;
  readonly nodeId: string;
  readonly repositoryId: number;
  settings: RulesetSettings;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
}
