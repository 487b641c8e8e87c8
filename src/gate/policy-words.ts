import type { DriftPolicy, IgnoredObjects } from '../domain/drift.ts';
import type { ApprovalRule, Condition, EnvironmentPolicy, PeoplePolicy, Subject } from '../domain/policy.ts';
import { anyOf, counted, quoted, teamName } from './words.ts';

/** What an approval rule asks for, in words that stand in a sentence. */
export function ruleWords(rule: ApprovalRule): string {
  switch (rule.kind) {
    case 'people':
      return peopleWords(rule, 'approval');
    case 'all':
      return `${rule.different ? 'by different people, each of' : 'each of'} (${rule.rules.map(ruleWords).join('; ')})`;
    case 'any':
      return `one of (${rule.rules.map(ruleWords).join('; ')})`;
  }
}

/** So many of these people, as in "2 approvals from a member of `acme/dba`". */
export function peopleWords({ required, from }: PeoplePolicy, one: string): string {
  return required === 0 ? `no ${one}` : `${counted(required, one)} from ${anyOf(from)}`;
}

/** What a change has to be like, in words that follow "where". */
export function conditionWords(condition: Condition): string {
  const { hazard, rules, tables, schemas, rowsOver, paths, labels } = condition;
  const { authorTeams, reversibility, statements } = condition;
  const parts = [
    ...(hazard === undefined ? [] : [`it has a hazard of severity ${hazard} or worse`]),
    ...(rules === undefined ? [] : [`${either(rules)} finds something in it`]),
    ...(tables === undefined ? [] : [`it touches ${either(tables)}`]),
    ...(schemas === undefined ? [] : [`it touches the schema ${either(schemas)}`]),
    ...(rowsOver === undefined ? [] : [`it touches more than ${rowsOver} rows`]),
    ...(paths === undefined ? [] : [`it changes ${either(paths)}`]),
    ...(labels === undefined ? [] : [`it is labelled ${either(labels)}`]),
    ...(authorTeams === undefined ? [] : [`its author is of ${either(authorTeams.map(teamName))}`]),
    ...(reversibility === undefined ? [] : [`a migration of it is ${reversibility.join(' or ')}`]),
    ...(statements === undefined ? [] : [`it has a ${either(statements)}`]),
  ];
  return parts.join(' and ');
}

/** A length of time that a file wrote in minutes, hours or days. */
export function ageWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes % 1440 === 0) return counted(minutes / 1440, 'day');
  return minutes % 60 === 0 ? counted(minutes / 60, 'hour') : counted(minutes, 'minute');
}

/** Names of which any is meant. */
export function either(names: readonly string[]): string {
  return names.map(quoted).join(' or ');
}

/** Who may have a change go round the gate. */
export function glassWords(subjects: readonly Subject[]): string {
  return `may be applied without its approvals at the word of ${anyOf(subjects)}`;
}

/** What one person must not do twice, each in words. */
export function dutiesWords({ separate }: EnvironmentPolicy): readonly string[] {
  return [
    ...(separate?.approvingAndMerging === true ? ['who approves does not merge'] : []),
    ...(separate?.writingAndConfirming === true ? ['who writes does not confirm the rollback'] : []),
  ];
}

/** What becomes of an environment whose database has drifted. */
export function driftWords(policy: DriftPolicy['policy']): string {
  return policy === 'hold'
    ? 'takes no migrations while its schema is not what its history says'
    : 'takes migrations also while its schema is not what its history says';
}

/** What is left alone. */
export function ignoredWords({ objects, reason, until }: IgnoredObjects): string {
  return `lets ${quoted(objects)} differ from its history until ${until}: ${reason}`;
}
