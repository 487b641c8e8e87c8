import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { statementsIn, written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';

/** Token types of PostgreSQL's own parser, from 1. */
const tokenTypes = [
  'asciiword',
  'word',
  'numword',
  'email',
  'url',
  'host',
  'sfloat',
  'version',
  'hword_numpart',
  'hword_part',
  'hword_asciipart',
  'blank',
  'tag',
  'protocol',
  'numhword',
  'asciihword',
  'hword',
  'url_path',
  'file',
  'float',
  'int',
  'uint',
  'entity',
];

type Mappings = ReadonlyMap<string, string>;

/** Configurations on PostgreSQL's own parser: another's token types have names that nothing here says. */
export const searchConfiguration: Kind = {
  make: (object) => {
    const mappings = mappingsOf(object);
    if (mappings === null) return null;
    const sql = `CREATE TEXT SEARCH CONFIGURATION ${object.name} (PARSER = "default")`;
    return [
      step('makeType', sql, { makes: handlesOf(object), needs: mentionsOf(sql) }),
      ...between(object, new Map(), mappings),
    ];
  },
  drop: (object) => [
    step('dropType', `DROP TEXT SEARCH CONFIGURATION ${object.name}`, {
      drops: handlesOf(object),
      frees: mentionsOf(object.definition),
    }),
  ],
  change: (before, after) => {
    const [then, now] = [mappingsOf(before), mappingsOf(after)];
    return then === null || now === null ? null : { steps: between(after, then, now) };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function handlesOf({ kind, name }: SchemaObject): readonly string[] {
  return [name, `${kind} ${name}`];
}

function between({ name }: SchemaObject, before: Mappings, after: Mappings): readonly Step[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((token) => {
    const [then, now] = [before.get(token), after.get(token)];
    if (then === now) return [];
    const verb = now === undefined ? 'DROP' : then === undefined ? 'ADD' : 'ALTER';
    const tail = now === undefined ? '' : ` WITH ${now}`;
    const sql = `ALTER TEXT SEARCH CONFIGURATION ${name} ${verb} MAPPING FOR ${token}${tail}`;
    return [step('change', sql, { needs: mentionsOf(tail, name), frees: mentionsOf(then ?? '') })];
  });
}

/** Dictionaries by token type; null where it is not as our catalog writes one. */
function mappingsOf({ name, definition }: SchemaObject): Mappings | null {
  const start = `CREATE TEXT SEARCH CONFIGURATION ${name} (PARSER = "default");`;
  const found = definition.startsWith(start) ? statementsIn(definition.slice(start.length)) : null;
  if (found === null) return null;
  const mappings = new Map<string, string>();
  const tokens = found.statements[0]?.tokens ?? [];
  const lines = Map.groupBy(
    tokens.keys(),
    (index) => tokens.slice(0, index + 1).filter(({ text }) => text === 'token').length,
  );
  for (const indexes of lines.values()) {
    const [word, number, by, ...dictionary] = indexes.flatMap((index) => tokens[index] ?? []);
    const type = tokenTypes[Number(number?.text) - 1];
    const [first] = dictionary;
    if (word?.text !== 'token' || by?.text !== 'with' || type === undefined || first === undefined)
      return null;
    const named = written({ sql: definition.slice(start.length), tokens: dictionary });
    mappings.set(type, [mappings.get(type) ?? [], named].flat().join(', '));
  }
  return mappings;
}

const templates = ['simple', 'synonym', 'ispell', 'thesaurus', 'snowball'];

/** Dictionaries on PostgreSQL's own templates, named without their schema. */
export const searchDictionary: Kind = {
  make: (object) => {
    const sql = dictionaryOf(object);
    return sql === null
      ? null
      : [step('makeSpace', sql, { makes: handlesOf(object), needs: mentionsOf(object.name) })];
  },
  drop: (object) => [
    step('dropSpace', `DROP TEXT SEARCH DICTIONARY ${object.name}`, {
      drops: handlesOf(object),
      frees: mentionsOf(object.name),
    }),
  ],
  change: (before, after): Work | 'anew' | null =>
    dictionaryOf(before) === null || dictionaryOf(after) === null ? null : 'anew',
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function dictionaryOf({ name, definition }: SchemaObject): string | null {
  const [statement, ...others] = statementsIn(definition)?.statements ?? [];
  if (statement === undefined || others.length > 0) return null;
  const sql = written(statement);
  const known = templates.some((template) =>
    [',', ')'].some((next) =>
      sql.startsWith(`CREATE TEXT SEARCH DICTIONARY ${name} (TEMPLATE = ${template}${next}`),
    ),
  );
  return known ? sql : null;
}
