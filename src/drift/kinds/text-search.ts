import type { Kind, Work } from '../kind.ts';
import type { SchemaObject } from '../schema-object.ts';
import { mentionsOf } from '../sql/mentions.ts';
import { written } from '../sql/text.ts';
import { step, type Step } from '../step.ts';
import { ownedOf, ownerSteps } from './owned.ts';

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
    const found = configurationOf(object);
    const owner = found === null ? null : ownerSteps(aboutOf(object), '', found.owner, handleOf(object));
    if (found === null || owner === null) return null;
    const sql = `CREATE ${aboutOf(object)} (PARSER = "default")`;
    return [
      step('makeType', sql, { makes: handlesOf(object), needs: mentionsOf(sql) }),
      ...between(object, new Map(), found.mappings),
      ...owner,
    ];
  },
  drop: (object) => [
    step('dropType', `DROP ${aboutOf(object)}`, {
      drops: handlesOf(object),
      frees: mentionsOf(object.definition),
    }),
  ],
  change: (before, after) => {
    const [then, now] = [configurationOf(before), configurationOf(after)];
    if (then === null || now === null) return null;
    const owner = ownerSteps(aboutOf(after), then.owner, now.owner, handleOf(after));
    return owner === null ? null : { steps: [...between(after, then.mappings, now.mappings), ...owner] };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function aboutOf({ kind, name }: SchemaObject): string {
  return `${kind.toUpperCase()} ${name}`;
}

function handleOf({ kind, name }: SchemaObject): string {
  return `${kind} ${name}`;
}

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
function configurationOf(object: SchemaObject): { mappings: Mappings; owner: string } | null {
  const owned = ownedOf(object, aboutOf(object));
  if (owned === null || owned.more.length > 1) return null;
  if (written(owned.main) !== `CREATE ${aboutOf(object)} (PARSER = "default")`) return null;
  const mappings = new Map<string, string>();
  const { sql, tokens } = owned.more[0] ?? { sql: '', tokens: [] };
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
    const named = written({ sql, tokens: dictionary });
    mappings.set(type, [mappings.get(type) ?? [], named].flat().join(', '));
  }
  return { mappings, owner: owned.owner };
}

const templates = ['simple', 'synonym', 'ispell', 'thesaurus', 'snowball'];

/** Dictionaries on PostgreSQL's own templates, named without their schema. */
export const searchDictionary: Kind = {
  make: (object) => {
    const found = dictionaryOf(object);
    const owner = found === null ? null : ownerSteps(aboutOf(object), '', found.owner, handleOf(object));
    if (found === null || owner === null) return null;
    const make = { makes: handlesOf(object), needs: mentionsOf(object.name) };
    return [step('makeSpace', found.sql, make), ...owner];
  },
  drop: (object) => [
    step('dropSpace', `DROP ${aboutOf(object)}`, {
      drops: handlesOf(object),
      frees: mentionsOf(object.name),
    }),
  ],
  change: (before, after): Work | 'anew' | null => {
    const [then, now] = [dictionaryOf(before), dictionaryOf(after)];
    if (then === null || now === null) return null;
    if (then.sql !== now.sql) return 'anew';
    const steps = ownerSteps(aboutOf(after), then.owner, now.owner, handleOf(after));
    return steps === null ? null : { steps };
  },
  handles: (object) => handlesOf(object),
  light: false,
  pinsColumns: false,
};

function dictionaryOf(object: SchemaObject): { sql: string; owner: string } | null {
  const owned = ownedOf(object, aboutOf(object));
  if (owned === null || owned.more.length > 0 || owned.notes.length > 0) return null;
  const sql = written(owned.main);
  const known = templates.some((template) =>
    [',', ')'].some((next) => sql.startsWith(`CREATE ${aboutOf(object)} (TEMPLATE = ${template}${next}`)),
  );
  return known ? { sql, owner: owned.owner } : null;
}
