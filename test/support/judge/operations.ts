import { isObject, objectAt, resolve, type Json } from './document.ts';

export interface Operation {
  readonly template: string;
  readonly responses: Json;
}

export type FindOperation = (method: string, path: string) => Operation | null;

interface Route {
  readonly template: string;
  readonly pattern: RegExp;
  /** Characters outside of parameters: of two templates that fit, the one with more of them is meant. */
  readonly literal: number;
  readonly item: Json;
}

/** Finds the operation of GitHub's REST description that answers a path (without a query). */
export function createOperations(document: Json): FindOperation {
  const routes = Object.entries(objectAt(document, 'paths'))
    .map(([template, item]) => routeOf(document, template, objectAt(item)))
    .sort((one, other) => other.literal - one.literal);
  return (method, path) => {
    for (const { template, pattern, item } of routes) {
      const operation = item[method.toLowerCase()];
      if (isObject(operation) && pattern.test(path))
        return { template, responses: objectAt(operation, 'responses') };
    }
    return null;
  };
}

function routeOf(document: Json, template: string, item: Json): Route {
  const deep = multiSegmentParameters(document, item);
  const pattern = template
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return deep.has(part.slice(1, -1)) ? '.+' : '[^/]+';
    })
    .join('');
  return {
    template,
    pattern: new RegExp(`^${pattern}$`),
    literal: template.replace(/\{[^}]+\}/g, '').length,
    item,
  };
}

/** Parameters such as a ref or a file's path may hold slashes; GitHub marks them. */
function multiSegmentParameters(document: Json, item: Json): Set<string> {
  const names = new Set<string>(['path', 'ref', 'basehead']);
  for (const operation of Object.values(item)) {
    const parameters: unknown = objectAt(operation)['parameters'];
    if (!Array.isArray(parameters)) continue;
    for (const parameter of parameters.map((one) => resolve(document, one)))
      if (parameter['x-multi-segment'] === true && typeof parameter['name'] === 'string')
        names.add(parameter['name']);
  }
  return names;
}
