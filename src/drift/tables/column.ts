import { inParentheses, isName, part, placeOf, reads, written, type Stretch } from '../sql/text.ts';

/** A column's line taken apart; empty where there is nothing of the kind. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly collation: string;
  readonly storage: string;
  readonly compression: string;
  readonly default: string;
  /** `(expression) STORED`. */
  readonly generated: string;
  /** `GENERATED … AS IDENTITY`, with its options. */
  readonly identity: string;
  readonly notNull: boolean;
  /** Options of a foreign table's column, and of any column, as they are written. */
  readonly foreignOptions: string;
  readonly options: string;
  readonly statistics: string;
  /** As it stands in the definition. */
  readonly line: string;
}

const clauses = ['COLLATE', 'STORAGE', 'COMPRESSION', 'DEFAULT', 'GENERATED', 'NOT', 'OPTIONS', 'WITH'];

/** Null where the line is not as our catalog writes one. PostgreSQL writes keywords, and only those, in capitals. */
export function columnOf(line: Stretch): Column | null {
  const column = {
    name: line.tokens[0]?.text ?? '',
    type: '',
    collation: '',
    storage: '',
    compression: '',
    default: '',
    generated: '',
    identity: '',
    notNull: false,
    foreignOptions: '',
    options: '',
    statistics: '',
    line: written(line),
  };
  if (!isName(line.tokens[0])) return null;
  let rest = part(line, 1);
  const note = rest.tokens.at(-1);
  if (note?.kind === 'comment') {
    const [, target] = /^\/\* statistics (\d+) \*\/$/.exec(note.text) ?? [];
    if (target === undefined) return null;
    column.statistics = target;
    rest = part(rest, 0, -1);
  }
  const type = placeOf(rest, clauses);
  column.type = written(part(rest, 0, type));
  rest = part(rest, type);
  while (rest.tokens.length > 0) {
    const taken = takeClause(rest, column);
    if (taken === 0) return null;
    rest = part(rest, taken);
  }
  return column.type === '' ? null : column;
}

type Filled = { -readonly [key in keyof Column]: Column[key] };

/** Puts the clause at the start into its place; says how many tokens it is long, 0 where it is none. */
function takeClause(rest: Stretch, column: Filled): number {
  const length = 1 + placeOf(part(rest, 1), clauses);
  const value = written(part(rest, 1, length));
  switch (rest.tokens[0]?.text) {
    case 'COLLATE':
      column.collation = value;
      return length;
    case 'STORAGE':
      column.storage = value;
      return length;
    case 'COMPRESSION':
      column.compression = value;
      return length;
    case 'DEFAULT':
      return takeDefault(rest, column);
    case 'GENERATED':
      return takeGenerated(rest, column);
    case 'NOT':
      column.notNull = reads(rest, 0, 'NOT', 'NULL');
      return column.notNull ? 2 : 0;
    case 'OPTIONS':
      column.foreignOptions = written(part(rest, 0, length));
      return length;
    case 'WITH':
      column.options = value;
      return length;
    default:
      return 0;
  }
}

/** A default may hold some of the words; what follows it does not, so it is told from the end. */
function takeDefault(rest: Stretch, column: Filled): number {
  const depth = rest.tokens[0]?.depth;
  let end = rest.tokens.length;
  for (const [index, token] of rest.tokens.entries()) {
    if (index === 0 || token.depth !== depth || token.kind !== 'word') continue;
    if (['OPTIONS', 'WITH', 'NOT'].includes(token.text) && isTail(part(rest, index))) {
      end = index;
      break;
    }
  }
  column.default = written(part(rest, 1, end));
  return end;
}

/** `NOT NULL`, `OPTIONS (…)`, `WITH (…)`, in this order and nothing else. */
function isTail(rest: Stretch): boolean {
  let at = reads(rest, 0, 'NOT', 'NULL') ? 2 : 0;
  for (const word of ['OPTIONS', 'WITH']) {
    if (reads(rest, at, word)) at = inParentheses(rest, at + 1)?.after ?? -1;
  }
  return at === rest.tokens.length;
}

function takeGenerated(rest: Stretch, column: Filled): number {
  const by = reads(rest, 1, 'ALWAYS', 'AS') ? 3 : reads(rest, 1, 'BY', 'DEFAULT', 'AS') ? 4 : 0;
  if (by === 0) return 0;
  if (reads(rest, by, 'IDENTITY')) {
    const end = inParentheses(rest, by + 1)?.after ?? by + 1;
    column.identity = written(part(rest, 0, end));
    return end;
  }
  const expression = inParentheses(rest, by);
  if (expression === null) return 0;
  column.generated = written(part(rest, by, expression.after + 1));
  return expression.after + 1;
}
