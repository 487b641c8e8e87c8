import { isObject, resolve, type Json } from './document.ts';

/**
 * The fields of `value` that its schema does not describe. GitHub's schemas allow more fields than they name, but a field that
 * only the simulated GitHub has would let the app come to rely on it.
 */
export function undescribedFields(document: Json, schema: unknown, value: unknown): string[] {
  return look(document, [schema], value, '');
}

function look(document: Json, schemas: readonly unknown[], value: unknown, place: string): string[] {
  const parts = schemas.flatMap((schema) => partsOf(document, schema));
  if (Array.isArray(value)) {
    const items = parts.flatMap((part) => ('items' in part ? [part['items']] : []));
    return value.flatMap((item, index) => look(document, items, item, `${place}/${index}`));
  }
  if (!isObject(value) || parts.length === 0) return [];
  const open = parts.some(isOpen);
  return Object.entries(value).flatMap(([key, inner]) => {
    const described = parts.flatMap((part) => {
      const properties = part['properties'];
      return isObject(properties) && key in properties ? [properties[key]] : [];
    });
    if (described.length > 0) return look(document, described, inner, `${place}/${key}`);
    return open ? [] : [`${place}/${key} is a field that GitHub does not describe`];
  });
}

/** A schema and all that it is composed of, references followed. */
function partsOf(document: Json, schema: unknown): Json[] {
  const here = resolve(document, schema);
  const composed = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => {
    const branches: unknown = here[keyword];
    return Array.isArray(branches) ? branches.flatMap((branch) => partsOf(document, branch)) : [];
  });
  return [here, ...composed];
}

/** Whether fields of any name may stand in what this part describes. */
function isOpen(part: Json): boolean {
  if ('allOf' in part || 'anyOf' in part || 'oneOf' in part) return false;
  if (part['additionalProperties'] !== undefined && part['additionalProperties'] !== false) return true;
  if (isObject(part['properties'])) return false;
  const type = part['type'];
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}
