import type { SchemaObject } from '../schema-object.ts';
import { inParentheses, nameAt, part, placeOf, reads, splitAt, stretchOf, written } from '../sql/text.ts';
import type { Stretch } from '../sql/text.ts';
import { columnOf, type Column } from './column.ts';
import { optionList } from './options.ts';
import { settingsOf, type Settings } from './settings.ts';

export interface Constraint {
  readonly name: string;
  readonly text: string;
}

/** A table's definition taken apart: every word of it is in one of these. */
export interface Table extends Settings {
  readonly name: string;
  readonly foreign: boolean;
  readonly unlogged: boolean;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly partitionOf: { readonly parent: string; readonly bound: string } | null;
  readonly inherits: readonly string[];
  /** What can be said only of a new table, as it is written. */
  readonly of: string;
  readonly partitionBy: string;
  readonly server: string;
  readonly using: string;
  readonly tablespace: string;
  /** As `name=value`. */
  readonly options: readonly string[];
}

/** Null where the definition is not as our catalog writes one. */
export function tableOf({ name, definition }: SchemaObject): Table | null {
  const stretch = stretchOf(definition);
  const opening = /^CREATE (UNLOGGED )?(FOREIGN )?TABLE /.exec(definition);
  if (stretch === null || opening === null) return null;
  if (!definition.startsWith(`${name} (\n`, opening[0].length)) return null;
  const open = stretch.tokens.findIndex(({ start }) => start === opening[0].length + name.length + 1);
  const body = inParentheses(stretch, open);
  const end = stretch.tokens.findIndex(
    ({ text, depth, kind }) => text === ';' && depth === 0 && kind === 'mark',
  );
  if (body === null || end < body.after) return null;
  const lines = linesOf(body.inner);
  const tail = tailOf(part(stretch, body.after, end));
  const settings = settingsOf(name, definition.slice(stretch.tokens[end]?.end));
  if (lines === null || tail === null || settings === null) return null;
  return {
    name,
    unlogged: opening[1] !== undefined,
    foreign: opening[2] !== undefined,
    ...lines,
    ...tail,
    ...settings,
    // PostgreSQL has NOTHING there for every foreign table.
    ...(opening[2] === undefined ? {} : { replica: '' }),
  };
}

function linesOf(body: Stretch): Pick<Table, 'columns' | 'constraints'> | null {
  const columns: Column[] = [];
  const constraints: Constraint[] = [];
  for (const line of splitAt(body, ',')) {
    if (reads(line, 0, 'CONSTRAINT')) {
      const name = nameAt(line, 1);
      if (name === null) return null;
      constraints.push({ name: name.name, text: written(part(line, name.after)) });
      continue;
    }
    const column = columnOf(line);
    if (column === null) return null;
    columns.push(column);
  }
  return { columns, constraints };
}

type Tail = Pick<
  Table,
  'partitionOf' | 'inherits' | 'of' | 'partitionBy' | 'server' | 'using' | 'tablespace' | 'options'
>;

const tailWords = ['PARTITION', 'INHERITS', 'OF', 'SERVER', 'WITH', 'USING', 'TABLESPACE'];

/** What stands between the parentheses and the semicolon, clause by clause. */
function tailOf(tail: Stretch): Tail | null {
  const found = {
    partitionOf: null as Table['partitionOf'],
    inherits: [] as readonly string[],
    of: '',
    partitionBy: '',
    server: '',
    using: '',
    tablespace: '',
    options: [] as readonly string[],
  };
  let rest = tail;
  while (rest.tokens.length > 0) {
    const head = rest.tokens[0]?.text ?? '';
    if (reads(rest, 0, 'PARTITION', 'OF')) {
      const partition = partitionAt(rest);
      if (partition === null) return null;
      found.partitionOf = partition.is;
      rest = part(rest, partition.after);
      continue;
    }
    const after =
      head === 'WITH' || head === 'INHERITS' ? (inParentheses(rest, 1)?.after ?? 0) : nextClause(rest);
    if (after === 0 || !tailWords.includes(head)) return null;
    const clause = part(rest, 0, after);
    rest = part(rest, after);
    if (head === 'WITH') {
      const options = optionList(written(part(clause, 1)));
      if (options === null) return null;
      found.options = options;
    } else if (head === 'INHERITS') found.inherits = splitAt(part(clause, 2, -1), ',').map(written);
    else if (head === 'PARTITION') found.partitionBy = written(clause);
    else if (head === 'OF') found.of = written(clause);
    else if (head === 'SERVER') found.server = written(clause);
    else if (head === 'USING') found.using = written(clause);
    else found.tablespace = written(clause);
  }
  return found;
}

function nextClause(rest: Stretch): number {
  return 1 + placeOf(part(rest, 1), tailWords);
}

function partitionAt(rest: Stretch): { is: { parent: string; bound: string }; after: number } | null {
  const parent = nameAt(rest, 2);
  if (parent === null) return null;
  const from = parent.after;
  const after = endOfBound(rest, from);
  return after === null
    ? null
    : { is: { parent: parent.name, bound: written(part(rest, from, after)) }, after };
}

function endOfBound(rest: Stretch, from: number): number | null {
  if (reads(rest, from, 'DEFAULT')) return from + 1;
  if (!reads(rest, from, 'FOR', 'VALUES')) return null;
  const first = inParentheses(rest, from + 3)?.after ?? null;
  if (reads(rest, from + 2, 'IN') || reads(rest, from + 2, 'WITH')) return first;
  if (first === null || !reads(rest, from + 2, 'FROM') || !reads(rest, first, 'TO')) return null;
  return inParentheses(rest, first + 1)?.after ?? null;
}
