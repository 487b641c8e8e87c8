import type { Drift } from '../../domain/drift.ts';
import { driftPolicyOf } from '../../domain/drift.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { describe, withoutGiven } from '../../drift/describe.ts';
import { withoutIgnored } from '../../drift/ignored.ts';
import { objectsIn, type CatalogSnapshot } from '../../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../shadow/catalog/diff.ts';
import { withShadowSession, type ShadowSession } from '../../shadow/session.ts';
import type { Environment } from '../environment.ts';
import { asMigration } from '../rollback/reverse-ddl.ts';
import { inWords } from '../rollback/schema-of.ts';
import type { Tools } from '../tools.ts';
import type { Compared } from './compare-schemas.ts';
import { triedByNobody } from './left-out.ts';

/** Statements from what the history makes to what is there, and back; each as it was tried on a shadow. */
export interface Proven {
  readonly forth: readonly string[];
  /** Null where there are none that leave just what the history makes. */
  readonly back: readonly string[] | null;
  /** Why there is no way back, as a sentence; empty where there is one. */
  readonly whyNoWayBack: string;
}

/**
 * Tries on a shadow of the history that the statements of a drift make what is there, and that others take it back;
 * a sentence where they do not.
 */
export async function proveStatements(
  environment: Environment,
  compared: Compared,
  drift: Drift,
  tools: Tools,
  signal: AbortSignal,
): Promise<Proven | string> {
  if (drift.left.length > 0) return `No statement is known for ${inWords(drift.left)}.`;
  const { expected, actual, ground } = compared;
  const differs = async (now: CatalogSnapshot, wanted: CatalogSnapshot): Promise<string | null> => {
    const given = new Set(ground.server.ground.extensions.map(({ name }) => name));
    const all = await triedByNobody(withoutGiven(diffSnapshots(now, wanted), given), compared.state);
    const { rest } = withoutIgnored(all, driftPolicyOf(environment.policy).ignore, tools.clock());
    return rest.length === 0 ? null : `After the statements that were found ${inWords(rest)} differs.`;
  };
  return withShadowSession(ground.server, { baseline: ground.all, signal }, async (session) => {
    const wrong = (await run(session, drift.statements)) ?? (await differs(session.schema(), actual));
    if (wrong !== null) return wrong;
    const back = describe(drift.changes.map(reversed), [...objectsIn(actual).values()]);
    const whyNoWayBack =
      back.left.length > 0
        ? `No statement is known that takes back ${inWords(back.left)}.`
        : ((await run(session, back.statements)) ?? (await differs(session.schema(), expected)) ?? '');
    return {
      forth: drift.statements,
      back: whyNoWayBack === '' ? back.statements : null,
      whyNoWayBack,
    };
  });
}

async function run(session: ShadowSession, statements: readonly string[]): Promise<string | null> {
  const { problem } = await session.step(asMigration(statements), 'up');
  return problem === null ? null : `The statements that were found do not run: ${problem.message}`;
}

const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const;

function reversed(change: SchemaChange): SchemaChange {
  return { ...change, change: opposite[change.change], before: change.after, after: change.before };
}
