import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object below these keys; empty where a key is missing on the way. */
export function objectAt(value: unknown, ...keys: readonly string[]): Json {
  let here = value;
  for (const key of keys) here = isObject(here) ? here[key] : undefined;
  return isObject(here) ? here : {};
}

const files = {
  rest: '@octokit/openapi/generated/api.github.com.json',
  webhooks: '@octokit/openapi-webhooks/generated/api.github.com.json',
} as const;

/**
 * One of GitHub's two descriptions of itself, 13 MB and 5 MB of JSON, each read in a fifth of a second. The packages' own
 * entry points would load the documents of every Enterprise release too, 400 MB.
 */
export function readDescription(which: keyof typeof files): Json {
  const path = createRequire(import.meta.url).resolve(files[which]);
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isObject(parsed)) throw new Error(`Expected an OpenAPI document in ${path}`);
  return parsed;
}

/** Follows `{ "$ref": "#/components/…" }` to what it names; anything else is itself. */
export function resolve(document: Json, value: unknown): Json {
  if (!isObject(value)) return {};
  const reference = value['$ref'];
  if (typeof reference !== 'string') return value;
  return objectAt(document, ...reference.replace(/^#\//, '').split('/'));
}
