import type { Drift } from '../../domain/drift.ts';
import { driftPolicyOf } from '../../domain/drift.ts';
import type { PlannedStatement } from '../../domain/plan.ts';
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
  /** What was seen of the statements back. */
  readonly observed: readonly PlannedStatement[];
  /** What they change. */
  readonly schemaDiff: readonly SchemaChange[];
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
    const there = await run(session, drift.statements);
    const wrong = there.why ?? (await differs(session.schema(), actual));
    if (wrong !== null) return wrong;
    const schemaDiff = drift.changes.map(reversed);
    const back = describe(schemaDiff, [...objectsIn(actual).values()]);
    const { left, statements } = back;
    if (left.length > 0) {
      const whyNoWayBack = `No statement is known that takes back ${inWords(left)}.`;
      return { forth: drift.statements, back: null, whyNoWayBack, observed: [], schemaDiff };
    }
    const again = await run(session, statements);
    const whyNoWayBack = again.why ?? (await differs(session.schema(), expected)) ?? '';
    return {
      forth: drift.statements,
      back: whyNoWayBack === '' ? statements : null,
      whyNoWayBack,
      observed: again.observed,
      schemaDiff,
    };
  });
}

interface Tried {
  /** Why they do not run, as a sentence; null where they do. */
  readonly why: string | null;
  readonly observed: readonly PlannedStatement[];
}

async function run(session: ShadowSession, statements: readonly string[]): Promise<Tried> {
  const { problem, statements: observed } = await session.step(asMigration(statements), 'up');
  const why = problem === null ? null : `The statements that were found do not run: ${problem.message}`;
  return { why, observed };
}

const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const;

function reversed(change: SchemaChange): SchemaChange {
  return { ...change, change: opposite[change.change], before: change.after, after: change.before };
}
