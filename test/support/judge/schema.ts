import { isObject, type Json } from './document.ts';

/** Keywords that decide whether a value is valid; the others describe and are dropped. */
const plainKeywords = [
  'type',
  'format',
  'enum',
  'const',
  'pattern',
  'required',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];

const componentPrefix = '#/components/schemas/';

/**
 * A schema of OpenAPI 3.0 or 3.1 as JSON Schema 2020-12. References become `<component>`, and each is passed to `onReference`.
 *
 * `oneOf` is read as `anyOf`: GitHub's alternatives often overlap, and its own answers then match two of them.
 */
export function normalise(schema: unknown, onReference: (component: string) => void): Json | boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return true;
  const inner = (value: unknown) => normalise(value, onReference);
  const reference = schema['$ref'];
  if (typeof reference === 'string') return orNull(schema, referenceTo(reference, onReference));
  const out: Json = {};
  for (const keyword of plainKeywords) if (keyword in schema) out[keyword] = schema[keyword];
  if (isObject(schema['properties'])) out['properties'] = mapValues(schema['properties'], inner);
  for (const keyword of ['items', 'additionalProperties', 'not'])
    if (keyword in schema) out[keyword] = inner(schema[keyword]);
  const parts = [...alternatives(schema, 'anyOf', inner), ...alternatives(schema, 'oneOf', inner)];
  if (Array.isArray(schema['allOf'])) parts.push(...schema['allOf'].map(inner));
  if (parts.length > 0) out['allOf'] = parts;
  return orNull(schema, out);
}

function referenceTo(reference: string, onReference: (component: string) => void): Json {
  if (!reference.startsWith(componentPrefix)) throw new Error(`Expected a schema's name, found ${reference}`);
  const component = reference.slice(componentPrefix.length);
  onReference(component);
  return { $ref: component };
}

function mapValues(record: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Null among the alternatives is asked first, so that a violation names what is wrong with the other. */
function alternatives(
  schema: Json,
  keyword: 'anyOf' | 'oneOf',
  inner: (value: unknown) => Json | boolean,
): (Json | boolean)[] {
  const branches: unknown = schema[keyword];
  if (!Array.isArray(branches)) return [];
  const others = branches.filter((branch) => !isObject(branch) || branch['type'] !== 'null').map(inner);
  const first = others[0];
  if (first === undefined) return [{ type: 'null' }];
  const rest = others.length === 1 ? first : { anyOf: others };
  return [others.length === branches.length ? rest : unlessNull(rest)];
}

function unlessNull(schema: Json | boolean): Json {
  return { if: { not: { type: 'null' } }, then: schema };
}

/** OpenAPI 3.0 writes "or null" as `nullable: true`. */
function orNull(schema: Json, normalised: Json): Json {
  return schema['nullable'] === true ? unlessNull(normalised) : normalised;
}
