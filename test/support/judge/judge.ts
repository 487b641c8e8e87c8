import { isObject, objectAt, readDescription, resolve, type Json } from './document.ts';
import { createOperations, type Operation } from './operations.ts';
import { createValidators } from './validators.ts';

export interface RestAnswer {
  readonly method: string;
  /** With or without a query and the `/api/v3` of GitHub Enterprise. */
  readonly path: string;
  readonly status: number;
  /** The parsed JSON; undefined where the answer has none. */
  readonly body: unknown;
  /** Where given and not JSON, only the operation and the status are judged. */
  readonly contentType?: string;
}

export interface Judge {
  /** What GitHub's description of its REST API finds wrong with an answer, in plain words. */
  readonly checkRest: (answer: RestAnswer) => string[];
  /** What GitHub's description of its webhooks finds wrong with a payload, in plain words. */
  readonly checkWebhook: (eventName: string, payload: unknown) => string[];
}

/** Judges the simulated GitHub by GitHub's own OpenAPI descriptions, which are read when first needed. */
export function createJudge(): Judge {
  const checkRest = lazily(createRestCheck);
  const checkWebhook = lazily(createWebhookCheck);
  return {
    checkRest: (answer) => checkRest()(answer),
    checkWebhook: (eventName, payload) => checkWebhook()(eventName, payload),
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function createRestCheck(): Judge['checkRest'] {
  const document = readDescription('rest');
  const find = createOperations(document);
  const validators = createValidators(document);
  return (answer) => {
    const path = pathOf(answer.path);
    const name = `${answer.method.toUpperCase()} ${path}`;
    if (path === '/graphql') return [];
    const operation = find(answer.method, path);
    if (operation === null) return [`${name}: no such operation in GitHub’s description`];
    const content = contentOf(document, operation, answer);
    const says = (violation: string) =>
      `${name} (${operation.template}) answered ${answer.status}: ${violation}`;
    switch (content.kind) {
      case 'unknown status': {
        const listed = Object.keys(operation.responses).join(', ');
        return [says(`a status that GitHub does not give here, only ${listed}`)];
      }
      case 'nothing':
        return isEmpty(answer.body) ? [] : [says('GitHub sends no body here')];
      case 'anything':
        return [];
      case 'json':
        return validators.check(content.schema, answer.body).map(says);
    }
  };
}

function pathOf(address: string): string {
  return (address.split('?')[0] ?? '').replace(/^\/api\/v3(?=\/)/, '');
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || body === '';
}

type Content =
  | { readonly kind: 'unknown status' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'anything' }
  | { readonly kind: 'json'; readonly schema: Json };

/** Answers that any operation gives though most do not list them: bad credentials, no permission, renamed, down. */
const everywhere = new Set([301, 307, 400, 401, 403, 404, 415, 429, 500, 502, 503]);

function contentOf(document: Json, operation: Operation, answer: RestAnswer): Content {
  const { status } = answer;
  const listed = operation.responses[String(status)];
  if (listed === undefined) {
    if (everywhere.has(status)) return { kind: 'json', schema: { $ref: '#/components/schemas/basic-error' } };
    const notModified = status === 304 && answer.method.toUpperCase() === 'GET';
    return { kind: notModified ? 'nothing' : 'unknown status' };
  }
  const content = objectAt(resolve(document, listed), 'content');
  if (Object.keys(content).length === 0)
    return { kind: status === 204 || status === 304 ? 'nothing' : 'anything' };
  const { contentType } = answer;
  if (contentType !== undefined && !/[/+]json\b/.test(contentType)) return { kind: 'anything' };
  const schema = objectAt(content, 'application/json')['schema'];
  return isObject(schema) ? { kind: 'json', schema } : { kind: 'anything' };
}

function createWebhookCheck(): Judge['checkWebhook'] {
  const document = readDescription('webhooks');
  const validators = createValidators(document);
  const webhooks = objectAt(document, 'webhooks');
  return (eventName, payload) => {
    const action = isObject(payload) ? payload['action'] : undefined;
    const name = typeof action === 'string' ? `${eventName}.${action}` : eventName;
    const webhook = webhooks[name.replaceAll(/[_.]/g, '-')] ?? webhooks[eventName.replaceAll('_', '-')];
    if (webhook === undefined) return [`${name}: no such webhook in GitHub’s description`];
    const body = objectAt(webhook, 'post', 'requestBody', 'content', 'application/json');
    return validators
      .check(objectAt(body, 'schema'), payload)
      .map((violation) => `webhook ${name}: ${violation}`);
  };
}
