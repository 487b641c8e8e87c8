import { createHash } from 'node:crypto';
import type { Hazard } from '../../src/domain/hazard.ts';
import { defaultMigrationSettings, type CompiledMigration } from '../../src/domain/migration.ts';
import type { PlanStep } from '../../src/domain/plan.ts';
import type { SchemaChange } from '../../src/domain/schema-diff.ts';
import { exampleSchema } from '../../src/hazards/example-schema.ts';
import { findHazards } from '../../src/hazards/find-hazards.ts';
import { rowLosses, type RowLosses } from '../../src/hazards/row-losses.ts';
import { nextMigration, outsideTransaction } from '../../src/hazards/rule.ts';
import { splitStatements } from '../../src/migrations/split.ts';
import { planStepOf } from '../../src/plan/reverse.ts';
import { compiledBaseline } from '../../src/shadow/baseline-request.ts';
import { diffSnapshots } from '../../src/shadow/catalog/diff.ts';
import { withShadowSession } from '../../src/shadow/session.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';

/** The day on which the tests are held. */
export const today = new Date('2026-06-15T12:00:00Z');

/** Plans an example over the tables of the examples, really run on a shadow. */
export async function observe(server: ShadowServer, example: string): Promise<readonly PlanStep[]> {
  return (await tryExample(server, example)).steps;
}

/** What would be lost in rows by an example. */
export async function rowLossesOf(server: ShadowServer, example: string): Promise<RowLosses> {
  const { steps, schemaDiff } = await tryExample(server, example);
  return rowLosses(steps, schemaDiff);
}

async function tryExample(
  server: ShadowServer,
  example: string,
): Promise<{ readonly steps: readonly PlanStep[]; readonly schemaDiff: readonly SchemaChange[] }> {
  const baseline = await compile('0001_examples', exampleSchema);
  const migrations = await Promise.all(
    textsOf(example).map((text, index) => compile(`000${String(index + 2)}_change`, text)),
  );
  return withShadowSession(
    server,
    { baseline: { ...compiledBaseline([baseline]), settings: defaultMigrationSettings, roles: [] } },
    async (session) => {
      const steps: PlanStep[] = [];
      const before = session.schema();
      for (const migration of migrations) {
        const { statements, problem } = await session.step(migration, 'up');
        if (problem !== null) throw new Error(`${problem.message} ${problem.detail ?? ''}`);
        steps.push(planStepOf(migration, 'up', statements));
      }
      return { steps, schemaDiff: diffSnapshots(before, session.schema()) };
    },
  );
}

/** The hazards of an example, its waivers read as if it stood in files of its own. */
export async function hazardsOf(server: ShadowServer, example: string): Promise<readonly Hazard[]> {
  const steps = await observe(server, example);
  const texts = textsOf(example);
  const sources = steps.map(({ migration }, index) => [migration, texts[index] ?? ''] as const);
  return findHazards(steps, today, new Map(sources));
}

function textsOf(example: string): readonly string[] {
  return example.split(`${nextMigration}\n`);
}

async function compile(name: string, sql: string): Promise<CompiledMigration> {
  const script = { statements: await splitStatements(sql), transaction: !sql.startsWith(outsideTransaction) };
  const checksum = createHash('sha256').update(sql).digest('hex');
  return { name, path: `migrations/${name}.sql`, checksum, up: script, down: null, asksDatabase: false };
}
