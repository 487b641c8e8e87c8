import type { Condition } from '../domain/policy.ts';
import { isAtLeast } from '../domain/severity.ts';
import { worstOf, type ChangeTraits } from '../domain/traits.ts';
import { namedLike, pathsLike } from './patterns.ts';
import { quoted, teamName } from './words.ts';

/**
 * Why a change is as the condition says, in words that follow "since"; null where it is not. What is not known (rows
 * where the target could not be asked, a statement that could not be read, what a DO block does) counts as so.
 */
export function reasonOf(condition: Condition, traits: ChangeTraits): string | null {
  const reasons: string[] = [];
  for (const ask of asks) {
    const found = ask(condition, traits);
    if (found === undefined) continue;
    if (found === null) return null;
    reasons.push(found);
  }
  return reasons.length === 0 ? null : reasons.join(' and ');
}

/** Words for what is so, null for what is not; undefined where the condition does not ask for it. */
type Ask = (condition: Condition, traits: ChangeTraits) => string | null | undefined;

const asks: readonly Ask[] = [
  ({ hazard }, traits) => {
    if (hazard === undefined) return undefined;
    const worst = worstOf(traits);
    return worst !== null && isAtLeast(worst, hazard) ? `it has a hazard of severity ${worst}` : null;
  },
  ({ rules }, { hazards }) => {
    if (rules === undefined) return undefined;
    const found = hazards.find(({ rule }) => rules.includes(rule));
    return found === undefined ? null : `${quoted(found.rule)} found something in it`;
  },
  ({ tables }, traits) => {
    if (tables === undefined) return undefined;
    const found = traits.tables.find(namedLike(tables));
    if (found !== undefined) return `it touches ${quoted(found)}`;
    return wholeOf(traits, tables.map(schemaOf)) ?? (traits.isForeseen ? null : tablesUnknown);
  },
  ({ schemas }, traits) => {
    if (schemas === undefined) return undefined;
    const isOne = namedLike(schemas);
    const found = traits.tables.find((table) => isOne(schemaOf(table)));
    if (found !== undefined) return `it touches ${quoted(found)}`;
    return wholeOf(traits, schemas) ?? (traits.isForeseen ? null : tablesUnknown);
  },
  ({ rowsOver }, { rows }) => {
    if (rowsOver === undefined) return undefined;
    if (rows === null) return `it is not known whether it touches more than ${counts.format(rowsOver)} rows`;
    return rows > rowsOver ? `it touches a table of about ${counts.format(rows)} rows` : null;
  },
  ({ paths }, traits) => {
    if (paths === undefined) return undefined;
    const found = traits.paths.find(pathsLike(paths));
    return found === undefined ? null : `it changes ${quoted(found)}`;
  },
  ({ labels }, traits) => {
    if (labels === undefined) return undefined;
    const wanted = new Set(labels.map((label) => label.toLowerCase()));
    const found = traits.labels.find((label) => wanted.has(label.toLowerCase()));
    return found === undefined ? null : `it is labelled ${quoted(found)}`;
  },
  ({ authorTeams }, traits) => {
    if (authorTeams === undefined) return undefined;
    const names = authorTeams.map(teamName);
    const found = traits.authorTeams.find((team) => names.includes(team.toLowerCase()));
    return found === undefined ? null : `its author is of ${quoted(found)}`;
  },
  ({ reversibility }, traits) => {
    if (reversibility === undefined) return undefined;
    const found = traits.reversibility.find((verdict) => reversibility.includes(verdict));
    return found === undefined ? null : `a migration of it is ${found}`;
  },
  ({ statements }, traits) => {
    if (statements === undefined) return undefined;
    if (traits.statements === null) return 'a statement of it could not be read';
    const found = traits.statements.find((command) =>
      statements.some((wanted) => command === wanted || command.startsWith(`${wanted} `)),
    );
    if (found !== undefined) return `it has a ${quoted(found)}`;
    return traits.isForeseen ? null : 'it is not known which commands it runs';
  },
];

const tablesUnknown = 'it is not known which tables it touches';

/** Words for a schema of which it takes every table, where it fits one of the patterns; null where there is none. */
function wholeOf({ wholeSchemas }: ChangeTraits, patterns: readonly string[]): string | null {
  const found = wholeSchemas.find(namedLike(patterns));
  return found === undefined ? null : `it touches every table of the schema ${quoted(found)}`;
}

/** Of a table, or of a pattern of tables. */
function schemaOf(table: string): string {
  return table.slice(0, table.indexOf('.'));
}

const counts = new Intl.NumberFormat('en-GB');
