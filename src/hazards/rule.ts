import type { HazardRuleId } from '../domain/hazard-rules.ts';
import type { Severity } from '../domain/severity.ts';
import type { StatementFacts } from './facts.ts';

/** Tools of the same kind whose users will look for a rule by its name there. */
export type Tool = 'squawk' | 'atlas' | 'eugene' | 'strong_migrations' | 'pg-schema-diff';

/** Something to look for: its words, its examples and its test in one. */
export interface HazardRule {
  /** What a waiver names. */
  readonly id: HazardRuleId;
  readonly severity: Severity;
  /** What happens, in general. */
  readonly sentence: string;
  /** What to write instead, in one or two sentences, for SQL and for `pgm`. */
  readonly advice: string;
  /** Ids of the same in other tools. */
  readonly equivalents: Readonly<Partial<Record<Tool, readonly string[]>>>;
  /** SQL that the rule finds; over the tables of `exampleSchema`. */
  readonly bad: string;
  /** SQL for the same end that no rule finds. Lines of `nextMigration` and `outsideTransaction` divide it. */
  readonly good: string;
  /** One message for each hazard of the statement: what happens, with its names. Empty where there is none. */
  readonly find: (facts: StatementFacts) => readonly string[];
}

/** A line in an example: what follows is a migration of its own. */
export const nextMigration = '-- In a later migration:';
/** A line in an example: the migration runs outside a transaction (`pgm.noTransaction()`). */
export const outsideTransaction = '-- Outside a transaction:';

/** A name for a message: as code, whatever it contains. */
export function code(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``;
}
