import { z } from 'zod';
import type { Plan } from '../domain/plan.ts';
import { severities } from '../domain/severity.ts';
import type { ProblemCode } from '../domain/problem.ts';

const problemCodes = [
  'configuration',
  'configuration-proposed',
  'directory-missing',
  'tree-truncated',
  'file-unusual',
  'file-name',
  'file-too-large',
  'file-not-utf8',
  'file-empty',
  'file-markers',
  'duplicate-version',
  'only-environments',
  'edited',
  'renamed',
  'out-of-order',
  'history-unknown',
  'removal',
  'no-down',
  'compile',
  'syntax',
  'transaction-control',
  'mixed-transaction',
  'asks-database',
  'dry-run-up',
  'dry-run-down',
  'dry-run-up-again',
  'baseline',
  'shadow-unavailable',
  'target-unavailable',
  'no-database',
  'merge-conflict',
  'hold',
  'not-promoted',
  'not-soaked',
  'not-run',
  'drift',
  'not-vouched',
  'internal',
] as const satisfies readonly ProblemCode[];

const line = z.int().positive().nullable().describe('Line of the file, from 1; null where it is not known.');
const name = z.string().describe("The migration's name, as node-pg-migrate records it.");

const statement = z
  .strictObject({
    sql: z.string().describe('The statement as it is sent to the server.'),
    line,
    durationMs: z
      .number()
      .nonnegative()
      .nullable()
      .describe('Time on the shadow in milliseconds; null where it was not tried.'),
    locks: z
      .array(
        z
          .strictObject({
            relation: z.string(),
            mode: z.string().describe('As in pg_locks.mode, e.g. AccessExclusiveLock.'),
          })
          .readonly(),
      )
      .readonly(),
    rewrites: z.array(z.string()).readonly().describe('Relations whose storage was written anew.'),
    notTried: z.string().exactOptional().describe('Why the shadow could not try it; absent where it did.'),
  })
  .readonly();

const step = z
  .strictObject({
    migration: name,
    path: z.string(),
    checksum: z.string().describe("SHA-256 of the file's bytes, in hexadecimal."),
    direction: z.enum(['up', 'down']),
    transaction: z.boolean().describe('False where every statement commits by itself.'),
    statements: z.array(statement).readonly(),
    reverse: z.array(z.string()).readonly().describe('Statements that take the step back.'),
    reverseTransaction: z.boolean(),
    adopts: z
      .literal(true)
      .exactOptional()
      .describe('The database has it already: it is written down as applied, and not run.'),
  })
  .readonly();

const problem = z
  .strictObject({
    code: z.enum(problemCodes),
    message: z.string(),
    migration: name.exactOptional(),
    path: z.string().exactOptional(),
    line: z.int().positive().exactOptional(),
    detail: z.string().exactOptional().describe("PostgreSQL's own words, or a stack."),
  })
  .readonly();

const waiver = z
  .strictObject({
    rule: z.string(),
    until: z.string().describe('The last day on which it holds, as YYYY-MM-DD in UTC.'),
    reason: z.string(),
  })
  .readonly();

const hazard = z
  .strictObject({
    rule: z.string(),
    severity: z.enum(severities),
    migration: name,
    path: z.string(),
    line,
    message: z.string().describe('What happens.'),
    advice: z.string().describe('What to write instead.'),
    waiver: waiver.exactOptional(),
  })
  .readonly();

const reversibility = z
  .strictObject({
    migration: name,
    verdict: z.enum(['proven', 'lossy', 'irreversible', 'unproven']),
    reason: z.string(),
  })
  .readonly();

const schemaChange = z
  .strictObject({
    kind: z.string(),
    name: z.string().describe('Qualified name, as PostgreSQL quotes it.'),
    change: z.enum(['added', 'removed', 'changed']),
    before: z.string().nullable().describe('As DDL; null where added.'),
    after: z.string().nullable().describe('As DDL; null where removed.'),
  })
  .readonly();

const moment = z.iso.datetime();

const takenBack = {
  pullRequest: z.number().nullable().describe('The pull request that takes its file out of the branch.'),
  at: moment.exactOptional().describe('When its down ran; absent where none did.'),
  asked: z
    .strictObject({ login: z.string(), number: z.number() })
    .readonly()
    .exactOptional()
    .describe('Who asked for the rollback, and where; absent where a merge took it back.'),
  isSameContent: z
    .boolean()
    .exactOptional()
    .describe('Whether its file is what ran then; absent where that was not recorded.'),
};

const promotion = z
  .strictObject({
    from: z.string().describe('The environment that is promoted from.'),
    asOf: moment.describe('When it was looked at, by the clock of its database.'),
    soakMs: z
      .number()
      .nonnegative()
      .describe('How long a migration has to have stood there, in milliseconds.'),
    isHotfix: z.boolean().describe('Whether the pull request bears the label of a hotfix.'),
    migrations: z
      .array(
        z
          .strictObject({
            migration: name,
            standing: z.enum([
              'ready',
              'ran-above',
              'hotfix',
              'not-soaked',
              'never-ran',
              'other-content',
              'failed',
              'rolled-back',
            ]),
            where: z.string().describe('The environment that the rest is about.'),
            ranAt: moment.nullable(),
            durationMs: z.number().nonnegative().nullable(),
            isSameContent: z.boolean().nullable().describe('Null where what ran was not recorded.'),
            pullRequest: z.number().nullable().describe('The pull request that brought it there.'),
            soakedAt: moment.nullable().describe('When it will have stood there long enough.'),
            takenBack: z
              .strictObject(takenBack)
              .readonly()
              .exactOptional()
              .describe('How it was rolled back here; absent where it was not.'),
          })
          .readonly(),
      )
      .readonly(),
    reverted: z
      .array(z.strictObject({ migration: name, ...takenBack }).readonly())
      .readonly()
      .describe('Taken out of the branch after they had been merged: a merge does not bring them back.'),
  })
  .readonly();

/** The plan as a document, version 1. Strict: an unknown key is refused. */
const planSchema = z
  .strictObject({
    version: z.literal(1),
    environment: z.string().nullable(),
    steps: z.array(step).readonly(),
    configuration: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .exactOptional()
      .describe(
        'SHA-256 of the configuration as this change would leave it; absent where it leaves the rules alone.',
      ),
    promotion: promotion
      .exactOptional()
      .describe('Where the migrations have run before; absent where the environment promotes from no other.'),
    goesFirst: z.array(z.string()).readonly().describe('Merged before and not yet applied.'),
    problems: z.array(problem).readonly(),
    hazards: z.array(hazard).readonly(),
    reversibility: z.array(reversibility).readonly(),
    schemaDiff: z.array(schemaChange).readonly(),
    cautions: z
      .array(z.string())
      .readonly()
      .exactOptional()
      .describe('What limits all that the plan shows; absent where nothing does.'),
    notes: z.array(z.string()).readonly(),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('SHA-256 over all that decides what will run.'),
  })
  .readonly();

type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Holds<T extends true> = T;
/** Does not compile where the document and the domain's plan are no longer the same, in both directions. */
export type DocumentIsThePlan = Holds<Mutual<z.infer<typeof planSchema>, Plan>>;

/** A plan out of a document from outside. Throws an Error that says what was expected and found. */
export function parsePlan(document: unknown): Plan {
  const found = z.looseObject({ version: z.unknown() }).safeParse(document);
  if (!found.success) throw new Error('A plan was expected: a JSON object with a "version".');
  if (found.data.version !== 1) throw new Error(unknownVersion(found.data.version));
  const parsed = planSchema.safeParse(document);
  if (!parsed.success) {
    throw new Error(`The document is no plan of version 1:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

function unknownVersion(version: unknown): string {
  return `A plan of version 1 was expected, and the document's version is ${JSON.stringify(version).slice(0, 40)}. Make the plan again, or read it with the Tidegate that made it.`;
}

/** The JSON Schema of the document, as text for `docs/plan.schema.json`. */
export function planJsonSchema(): string {
  const schema = z.toJSONSchema(planSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ ...schema, title: 'A plan of Tidegate' }, null, 2)}\n`;
}
