import type { Node, TypeName } from 'libpg-query';

/** A type as the parser reads it, by PostgreSQL's own name for it. */
interface Plain {
  readonly name: string;
  /** As 10 and 2 of numeric(10, 2). */
  readonly limits: readonly number[];
  readonly dimensions: number;
}

const texts = ['text', 'varchar'];

/** What each type can become with no value another than it was, where the other has no limits. */
const wider: Readonly<Record<string, readonly string[]>> = {
  int2: ['int4', 'int8', 'numeric', 'float4', 'float8', ...texts],
  int4: ['int8', 'numeric', 'float8', ...texts],
  int8: ['numeric', ...texts],
  numeric: texts,
  float4: ['float8'],
  varchar: ['text'],
  text: ['varchar'],
  bool: texts,
  uuid: texts,
  json: texts,
  jsonb: ['json', ...texts],
  cidr: ['inet', ...texts],
  inet: texts,
  date: ['timestamp'],
};

/** Those with one limit, of which the higher keeps what the lower kept. */
const limited: ReadonlySet<string> = new Set([
  'varchar',
  'bpchar',
  'varbit',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
]);

/** Whether a column of the one type keeps every value that it can have as one of the other; false where that is not known. */
export function isKeptBy(from: TypeName, to: TypeName): boolean {
  const [before, after] = [plainOf(from), plainOf(to)];
  if (before === null || after === null) return false;
  if (before.dimensions !== after.dimensions) return false;
  if (before.name !== after.name) {
    return after.limits.length === 0 && (wider[before.name] ?? []).includes(after.name);
  }
  return after.limits.length === 0 || isNoLess(before, after);
}

function isNoLess({ name, limits: before }: Plain, { limits: after }: Plain): boolean {
  if (before.join() === after.join()) return true;
  const [old, present] = [before[0], after[0]];
  if (old === undefined || present === undefined) return false;
  if (name !== 'numeric') return limited.has(name) && present >= old;
  const [oldScale, scale] = [before[1] ?? 0, after[1] ?? 0];
  return scale >= oldScale && present - scale >= old - oldScale;
}

/** The type in PostgreSQL's own short words, as `varchar(20)[]`. */
export function typeWords(type: TypeName): string {
  const plain = plainOf(type);
  if (plain === null) return partsOf(type).join('.');
  const limits = plain.limits.length === 0 ? '' : `(${plain.limits.join(', ')})`;
  return `${plain.name}${limits}${'[]'.repeat(plain.dimensions)}`;
}

/** Null where a limit is no number. */
function plainOf(type: TypeName): Plain | null {
  const limits = (type.typmods ?? []).map(limitOf);
  const numbers = limits.filter((limit) => limit !== null);
  if (numbers.length < limits.length) return null;
  const parts = partsOf(type);
  const name = (parts[0] === 'pg_catalog' ? parts.slice(1) : parts).join('.');
  return { name, limits: numbers, dimensions: type.arrayBounds?.length ?? 0 };
}

/** The parser leaves a zero out. */
function limitOf(node: Node): number | null {
  if (!('A_Const' in node) || node.A_Const.ival === undefined) return null;
  return node.A_Const.ival.ival ?? 0;
}

function partsOf({ names = [] }: TypeName): readonly string[] {
  return names.map((part) => ('String' in part ? (part.String.sval ?? '') : ''));
}
