import type { CompiledMigration, MigrationSource, Script } from '../domain/migration.ts';
import type { Problem } from '../domain/problem.ts';
import type { Compilation, ExaminedScript } from './compilation-shape.ts';

/** A migration compiled, or why it cannot be. */
export type Compiling =
  | { readonly kind: 'compiled'; readonly compilation: Compilation; readonly asksDatabase: boolean }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** A problem of one migration, with its name and path filled in. */
export function problemOf(
  source: MigrationSource,
  code: Problem['code'],
  message: string,
  more: { line?: number | null | undefined; detail?: string } = {},
): { kind: 'problem'; problem: Problem } {
  const line = more.line ?? null;
  const problem: Problem = {
    code,
    message,
    migration: source.name,
    path: source.path,
    ...(line === null ? {} : { line }),
    ...(more.detail === undefined ? {} : { detail: more.detail }),
  };
  return { kind: 'problem', problem };
}

/** The domain's view of a compilation. */
export function toCompiledMigration(
  source: MigrationSource,
  { up, down }: Compilation,
  asksDatabase: boolean,
): CompiledMigration {
  const { name, path, checksum } = source;
  return { name, path, checksum, up: plainScript(up), down: down && plainScript(down), asksDatabase };
}

function plainScript({ transaction, statements }: ExaminedScript): Script {
  return { transaction, statements: statements.map(({ sql, line }) => ({ sql, line })) };
}
