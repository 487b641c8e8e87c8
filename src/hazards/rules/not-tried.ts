import type { HazardRule } from '../rule.ts';

export const notTried: HazardRule = {
  id: 'not-tried',
  severity: 'high',
  sentence: 'A statement that the shadow could not try may fail on the target, or do what nobody has seen.',
  advice:
    'Keep what needs more privilege than a schema owner has (roles, event triggers, tablespaces, untrusted extensions) out of migrations, with whoever runs the server; or waive this once somebody has tried it by hand.',
  equivalents: { 'pg-schema-diff': ['HAS_UNTRACKABLE_DEPENDENCIES'] },
  bad: 'CREATE ROLE reporting;',
  good: 'GRANT SELECT ON orders TO PUBLIC;',
  find: ({ statement }) =>
    statement.notTried === undefined ? [] : [`Not tried on the shadow: ${reasonOf(statement.notTried)}.`],
};

function reasonOf(notTried: string): string {
  return notTried.replace(/^not tried on the shadow: /, '');
}
