import { driftPolicyOf, type Drift } from '../../domain/drift.ts';
import type { PlannedStatement } from '../../domain/plan.ts';
import type { SchemaChange } from '../../domain/schema-diff.ts';
import { describe, withoutGiven } from '../../drift/describe.ts';
import { withoutIgnored } from '../../drift/ignored.ts';
import { spokenOf } from '../../drift/spoken-of.ts';
import { keyOf } from '../../drift/world.ts';
import { objectsIn, type CatalogSnapshot } from '../../shadow/catalog/catalog.ts';
import { diffSnapshots } from '../../shadow/catalog/diff.ts';
import { withShadowSession, type ShadowSession } from '../../shadow/session.ts';
import type { Environment } from '../environment.ts';
import { asMigration } from '../rollback/reverse-ddl.ts';
import { inWords } from '../rollback/schema-of.ts';
import type { Tools } from '../tools.ts';
import type { Compared } from './compare-schemas.ts';
import { beginningOf } from './expected-schema.ts';
import { triedByNobody } from './left-out.ts';

/** A drift, and what it is tried by. */
export interface Question {
  readonly environment: Environment;
  readonly compared: Compared;
  readonly drift: Drift;
}

/** Statements that make of what the history makes what is there, as they were tried on a shadow. */
export interface Forth {
  readonly forth: readonly string[];
  /** Null where there are none that leave just what the history makes. */
  readonly back: readonly string[] | null;
}

/** Statements that make of what is there what the history makes, as they were tried on a shadow. */
export interface Back {
  readonly back: readonly string[];
  /** What was seen of them. */
  readonly observed: readonly PlannedStatement[];
  /** What they change. */
  readonly schemaDiff: readonly SchemaChange[];
  /** What the rules leave alone and the shadow did not have. */
  readonly missing: readonly Pick<SchemaChange, 'kind' | 'name'>[];
}

/**
 * Tries on a shadow of the history that the statements of a drift make what is there, without what the rules leave
 * alone: Git is not to have that. A sentence where they do not.
 */
export async function proveForth(
  question: Question,
  tools: Tools,
  signal: AbortSignal,
): Promise<Forth | string> {
  const { compared, drift } = question;
  if (drift.left.length > 0) return noStatementFor(drift.left);
  const { expected, actual, ground } = compared;
  return withShadowSession(ground.server, { baseline: ground.all, signal }, async (session) => {
    const before = session.schema();
    const there = await run(session, drift.statements);
    if (there.why !== null) return `${there.why}${needsIgnored(question)}`;
    const wrong = await differs(question, before, session.schema(), actual, tools);
    if (wrong !== null) return wrong;
    const then = session.schema();
    const back = describe(drift.changes.map(reversed), [...objectsIn(then).values()]);
    if (back.left.length > 0) return { forth: drift.statements, back: null };
    const again = await run(session, back.statements);
    const isBack =
      again.why === null && (await differs(question, then, session.schema(), expected, tools)) === null;
    return { forth: drift.statements, back: isBack ? back.statements : null };
  });
}

/**
 * Tries on a shadow of what is there that the statements back make what the history makes. It has what the rules leave
 * alone as well, as far as statements for that are known: it may hang on what is taken back. A sentence where they do not.
 */
export async function proveBack(
  question: Question,
  tools: Tools,
  signal: AbortSignal,
): Promise<Back | string> {
  const { compared, drift } = question;
  const { expected, actual, ground, changes } = compared;
  const whole = describe(changes, [...objectsIn(expected).values()]);
  const meant = new Set(drift.changes.map(keyOf));
  const left = whole.left.filter((change) => meant.has(keyOf(change)));
  if (left.length > 0) return noStatementFor(left);
  const back = describe(drift.changes.map(reversed), [...objectsIn(actual).values()]);
  if (back.left.length > 0)
    return `No statement is known that takes back ${inWords(back.left)}: take this one back by hand.`;
  return withShadowSession(ground.server, { baseline: ground.all, signal }, async (session) => {
    const all = await run(session, whole.statements);
    // A failure leaves the shadow as it was: without what the rules leave alone it may do.
    const there = all.why === null ? all : await run(session, drift.statements);
    const wrong = there.why ?? (await differs(question, session.schema(), session.schema(), actual, tools));
    if (wrong !== null) return wrong;
    const missing = all.why === null ? whole.left : drift.ignored;
    const before = session.schema();
    const { why, observed } = await run(session, back.statements);
    if (why !== null) return `${why}${hangsOnIt(drift)}`;
    const still = await differs(question, before, session.schema(), expected, tools);
    if (still !== null) return still;
    const schemaDiff = diffSnapshots(before, session.schema());
    return { back: back.statements, observed, schemaDiff, missing };
  });
}

/**
 * How what statements made is other than it was to be. What they touch has to be so, also where the rules leave it
 * alone; null where it is.
 */
async function differs(
  { environment, compared }: Question,
  before: CatalogSnapshot,
  now: CatalogSnapshot,
  wanted: CatalogSnapshot,
  { clock }: Pick<Tools, 'clock'>,
): Promise<string | null> {
  const given = new Set(compared.ground.server.ground.extensions.map(({ name }) => name));
  const all = await triedByNobody(withoutGiven(diffSnapshots(now, wanted), given), compared.state);
  const touched = new Set(diffSnapshots(before, now).map(keyOf));
  const { rest } = withoutIgnored(all, driftPolicyOf(environment.policy).ignore, clock(), touched);
  return rest.length === 0 ? null : `After the statements that were found ${inWords(rest)} differs.`;
}

interface Tried {
  /** Why they do not run, as a sentence; null where they do. */
  readonly why: string | null;
  readonly observed: readonly PlannedStatement[];
}

async function run(session: ShadowSession, statements: readonly string[]): Promise<Tried> {
  const { problem, statements: observed } = await session.step(asMigration(statements), 'up');
  if (problem !== null)
    return { why: `The statements that were found do not run: ${problem.message}`, observed };
  const untried = observed.find(({ notTried }) => notTried !== undefined);
  return { why: untried === undefined ? null : untriedWords(untried), observed };
}

/** What no shadow runs is not proven by one. */
function untriedWords({ sql, notTried = '' }: PlannedStatement): string {
  return `Nothing proves \`${beginningOf(sql)}\`, which is ${notTried}. Write this one by hand.`;
}

function noStatementFor(left: readonly Pick<SchemaChange, 'kind' | 'name'>[]): string {
  return `No statement is known for ${inWords(left)}: write this one by hand.`;
}

/** What Git is not to have is missing where statements speak of it. */
function needsIgnored({ compared, drift }: Question): string {
  const ignored = new Set(drift.ignored.map(keyOf));
  const needed = spokenOf(
    compared.changes.filter((change) => ignored.has(keyOf(change))),
    drift.statements,
  );
  if (needed.length === 0) return '';
  return (
    ` They speak of ${inWords(needed)}, which \`drift.ignore\` leaves alone, so that Git does not have it. Take it out of ` +
    'there, or have the rest not need it.'
  );
}

function hangsOnIt({ ignored }: Drift): string {
  if (ignored.length === 0) return '';
  return ` Of what differs, \`drift.ignore\` leaves ${inWords(ignored)} alone, which may hang on what would be taken back.`;
}

const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const;

function reversed(change: SchemaChange): SchemaChange {
  return { ...change, change: opposite[change.change], before: change.after, after: change.before };
}
