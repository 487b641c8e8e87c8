import type { SchemaChange } from '../../domain/schema-diff.ts';
import type { BaselineRequest } from '../../shadow/baseline-request.ts';
import type { CatalogSnapshot } from '../../shadow/catalog/catalog.ts';
import { ShadowBaselineError, withShadowSession } from '../../shadow/session.ts';
import type { ShadowServer } from '../../shadow/shadow-server.ts';

/** The schema that some of the history makes from nothing; a sentence where it does not run without the rest. */
export async function schemaOf(
  baseline: BaselineRequest,
  shadow: ShadowServer,
  signal: AbortSignal,
): Promise<CatalogSnapshot | string> {
  try {
    return await withShadowSession(shadow, { baseline, signal }, (session) =>
      Promise.resolve(session.schema()),
    );
  } catch (error) {
    if (!(error instanceof ShadowBaselineError)) throw error;
    return `${error.migration} does not run without it: ${error.message}`;
  }
}

const named = 5;

/** Objects by kind and name, a few of them. */
export function inWords(changes: readonly Pick<SchemaChange, 'kind' | 'name'>[]): string {
  const names = changes.slice(0, named).map(({ kind, name }) => `${kind} ${name}`);
  const left = changes.length - named;
  return `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
