import type { Plan, PlanStep } from '../../domain/plan.ts';
import type { ApprovalPolicy, Condition, TeamSubject } from '../../domain/policy.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { ChangeTraits } from '../../domain/traits.ts';
import { teamName } from '../../gate/words.ts';
import { commandsOf } from '../../hazards/commands.ts';
import { isSystemRelation, parseRelation } from '../../hazards/relations.ts';
import { dynamicSql } from '../../hazards/rules/dynamic-sql.ts';
import { notTried } from '../../hazards/rules/not-tried.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { rightsOf, type Freshness } from './rights-of.ts';
import type { Tools } from '../tools.ts';

export interface ChangeAsked {
  readonly key: EnvironmentKey;
  readonly policy: ApprovalPolicy;
  readonly plan: Plan;
  /** Null for what reached the branch without one. */
  readonly pullRequest: PullRequest | null;
  readonly freshness: Freshness;
  /** Paths beside the migrations' own: of the rules that it changes. */
  readonly changedRules: readonly string[];
}

/** What a change is like; what no condition of the policy asks for is not looked up. */
export async function traitsOf(
  host: CodeHost,
  tools: Pick<Tools, 'targets' | 'records' | 'clock'>,
  { key, policy, plan, pullRequest, freshness, changedRules }: ChangeAsked,
): Promise<ChangeTraits> {
  const known = await traitsOfPlan(policy, plan);
  return {
    ...known,
    rows: isAsked(policy, 'rowsOver') ? await rowsOf(key, known, tools) : null,
    paths: [...known.paths, ...changedRules],
    labels: pullRequest?.labels ?? [],
    authorTeams: isAsked(policy, 'authorTeams')
      ? await teamsOfAuthor(host, tools, policy, pullRequest, freshness)
      : [],
  };
}

/** What the plan alone tells of it: neither rows nor labels nor its author. */
export async function traitsOfPlan(policy: ApprovalPolicy, plan: Plan): Promise<ChangeTraits> {
  const needsSql = (['tables', 'schemas', 'statements', 'rowsOver'] as const).some((part) =>
    isAsked(policy, part),
  );
  const { tables, wholeSchemas, statements } = needsSql ? await readStatements(plan) : nothingRead;
  return {
    hazards: plan.hazards.map(({ rule, severity }) => ({ rule, severity })),
    tables,
    wholeSchemas,
    isForeseen: statements !== null && plan.hazards.every(({ rule }) => !unforeseen.has(rule)),
    rows: null,
    paths: plan.steps.map(({ path }) => path),
    labels: [],
    authorTeams: [],
    reversibility: plan.reversibility.map(({ verdict }) => verdict),
    statements,
    bringsWaiver: plan.hazards.some(({ waiver }) => waiver !== undefined),
  };
}

/** Whether a condition of the policy asks for that. */
export function isAsked({ when = [] }: ApprovalPolicy, part: keyof Condition): boolean {
  return when.some(({ when: condition }) => condition[part] !== undefined);
}

/** Hazards that say that nobody can tell from the plan what a statement does on the target. */
const unforeseen: ReadonlySet<string> = new Set([dynamicSql.id, notTried.id]);

type Statements = Pick<ChangeTraits, 'tables' | 'wholeSchemas' | 'statements'>;

const nothingRead: Statements = { tables: [], wholeSchemas: [], statements: [] };

/** Locks that reading takes, also by a view's or a foreign key's check. */
const readingModes = new Set(['AccessShareLock', 'RowShareLock']);

async function readStatements(plan: Plan): Promise<Statements> {
  const tables = new Set<string>();
  const wholeSchemas = new Set<string>();
  let statements: Set<string> | null = new Set();
  for (const step of plan.steps) {
    const unqualified = new Set<string>();
    for (const { sql } of step.statements) {
      const found = await commandsOf(sql);
      if (found === null) statements = null;
      for (const command of found?.commands ?? []) statements?.add(command);
      for (const relation of found?.relations ?? []) tables.add(relation);
      for (const schema of found?.wholeSchemas ?? []) wholeSchemas.add(schema);
      for (const name of found?.unqualified ?? []) unqualified.add(name);
    }
    for (const relation of lockedBy(step, unqualified)) tables.add(relation);
  }
  return {
    tables: [...tables],
    wholeSchemas: [...wholeSchemas],
    statements: statements === null ? null : [...statements],
  };
}

/** What a step locks for more than reading, or reads by a name whose schema its `search_path` has decided. */
function lockedBy({ statements }: PlanStep, unqualified: ReadonlySet<string>): readonly string[] {
  return statements
    .flatMap(({ locks }) => locks)
    .map(({ relation, mode }) => ({ ...parseRelation(relation), isRead: readingModes.has(mode) }))
    .filter((one) => !isSystemRelation(one) && (!one.isRead || unqualified.has(one.name)))
    .map(({ schema, name }) => `${schema}.${name}`);
}

/** Null where the target could not be asked, or which tables are touched is not known: the condition then counts as met. */
async function rowsOf(
  key: EnvironmentKey,
  { tables, wholeSchemas, isForeseen }: ChangeTraits,
  { targets }: Pick<Tools, 'targets'>,
): Promise<number | null> {
  if (!isForeseen || wholeSchemas.length > 0 || !targets.has(key)) return null;
  try {
    const rows = await targets.estimateRows(key, tables.map(quotedRelation));
    return Math.max(0, ...rows.values());
  } catch (error) {
    if (error instanceof TargetUnavailable) return null;
    throw error;
  }
}

function quotedRelation(table: string): string {
  const dot = table.indexOf('.');
  return [table.slice(0, dot), table.slice(dot + 1)]
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

/** The teams of which the policy asks whether the author is of them. */
export function authorTeamsAsked({ when = [] }: ApprovalPolicy): readonly TeamSubject[] {
  return when.flatMap(({ when: { authorTeams = [] } }) => authorTeams);
}

async function teamsOfAuthor(
  host: CodeHost,
  tools: Pick<Tools, 'records' | 'clock'>,
  policy: ApprovalPolicy,
  pullRequest: PullRequest | null,
  freshness: Freshness,
): Promise<readonly string[]> {
  const asked = authorTeamsAsked(policy);
  // Nobody is known to have written what came without a pull request: it counts as by each of them.
  if (pullRequest === null) return asked.map(teamName);
  return (await rightsOf(host, tools, pullRequest.author, asked, freshness)).teams;
}
