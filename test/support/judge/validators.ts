import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isObject, objectAt, type Json } from './document.ts';
import { undescribedFields } from './fields.ts';
import { normalise } from './schema.ts';

export interface Validators {
  /** What is wrong with `value`, one sentence a violation; empty where it is as the schema says. */
  readonly check: (schema: Json, value: unknown) => string[];
}

/** Validators for the schemas of one description, each compiled when it is first asked for. */
export function createValidators(document: Json): Validators {
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    inlineRefs: false,
    logger: false,
    verbose: true,
  });
  addFormats.default(ajv);
  const compiled = new Map<Json, ValidateFunction>();
  const known = new Set<string>();
  const schemas = objectAt(document, 'components', 'schemas');

  const addComponent = (component: string): void => {
    if (known.has(component)) return;
    known.add(component);
    ajv.addSchema(normalise(schemas[component], addComponent), component);
  };
  const compile = (schema: Json): ValidateFunction => {
    const found = compiled.get(schema);
    if (found !== undefined) return found;
    const made = ajv.compile(normalise(schema, addComponent));
    compiled.set(schema, made);
    return made;
  };
  return {
    check: (schema, value) => {
      const validate = compile(schema);
      const wrong = validate(value) ? [] : (validate.errors ?? []).flatMap(sentence);
      return [...new Set([...wrong, ...undescribedFields(document, schema, value)])];
    },
  };
}

/** These say only that something inside did not fit, which has its own sentence. */
const wrappers = new Set(['if', 'allOf']);

function sentence(error: ErrorObject): string[] {
  if (wrappers.has(error.keyword)) return [];
  const place = error.instancePath === '' ? 'the body' : error.instancePath;
  return [`${place} ${error.message ?? 'does not fit'}${detail(error)}, found ${shown(error.data)}`];
}

function detail(error: ErrorObject): string {
  const allowed: unknown = isObject(error.params) ? error.params['allowedValues'] : undefined;
  return Array.isArray(allowed) ? ` (${allowed.join(', ')})` : '';
}

function shown(value: unknown): string {
  if (isObject(value)) return `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'nothing' : text.slice(0, 80);
}
