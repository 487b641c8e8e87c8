import { rank, riskOf, type Scene } from './scene.ts';
import { listed, type WrittenWhen } from './written-policy.ts';

/** Patterns of paths that the sequences use, and what each of them means. */
export const pathPatterns: Readonly<Record<string, RegExp>> = {
  'migrations/*_auth_*': /^migrations\/[^/]*_auth_[^/]*$/,
  'migrations/': /^migrations\//,
  '*_payments.sql': /(^|\/)[^/]*_payments\.sql$/,
  '/migrations/003_*.sql': /^migrations\/003_[^/]*\.sql$/,
};

/** Whether a change is as an entry of `when` says: all that it names has to be so. */
export function matches(when: WrittenWhen, { change, labels, people, author }: Scene): boolean {
  const { hazard, rule, table, schema, rows_over: rowsOver, path, label } = when;
  const { author_team: authorTeam, reversibility, statement } = when;
  const teams = people[author]?.teams ?? [];
  return [
    hazard === undefined || rank(riskOf(change)) >= rank(hazard),
    rule === undefined || listed(rule).some((id) => change.hazards.some((found) => found.rule === id)),
    table === undefined || listed(table).some((name) => change.tables.some((one) => isTable(one, name))),
    schema === undefined ||
      listed(schema).some((name) => change.tables.some((one) => fits(one.split('.')[0] ?? '', name))),
    rowsOver === undefined || change.rows === null || change.rows > rowsOver,
    path === undefined || listed(path).some((pattern) => change.paths.some((one) => isAt(one, pattern))),
    label === undefined ||
      listed(label).some((name) => labels.some((one) => one.toLowerCase() === name.toLowerCase())),
    authorTeam === undefined || listed(authorTeam).some((team) => teams.includes(team.replace('@acme/', ''))),
    reversibility === undefined ||
      listed(reversibility).some((verdict) => change.reversibility.some((one) => one === verdict)),
    statement === undefined ||
      change.statements === null ||
      listed(statement).some((words) => change.statements?.some((one) => `${one} `.startsWith(`${words} `))),
  ].every(Boolean);
}

function isAt(path: string, pattern: string): boolean {
  const meant = pathPatterns[pattern];
  if (meant === undefined) throw new Error(`what does the pattern ${pattern} mean?`);
  return meant.test(path);
}

function isTable(found: string, wanted: string): boolean {
  return fits(found, wanted.includes('.') ? wanted : `public.${wanted}`);
}

/** Whether a text is the pattern, in which `*` stands for any letters. */
function fits(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.]/g, '\\.'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
