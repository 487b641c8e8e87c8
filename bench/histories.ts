import { z } from 'zod';
import { gitBlobId } from '../src/github/git-blob-id.ts';
import type { Tree, TreeEntry } from '../src/ports/tree.ts';

/** A migration as a file of every tool in this bench: its SQL for up and down. */
export interface BenchMigration {
  readonly number: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/** Migrations of one table each: how many follow until the next table is made. */
const perTable = 8;

/**
 * A history as a growing shop has one: every eighth migration makes a table, the others add columns, indexes and
 * constraints to it. The same for the same length.
 */
export function history(length: number): readonly BenchMigration[] {
  return Array.from({ length }, (_, index) => migrationAt(index + 1));
}

function migrationAt(number: number): BenchMigration {
  const table = `shop_${String(Math.floor((number - 1) / perTable) + 1)}`;
  const column = `field_${number}`;
  const [name, up, down] = stepOf((number - 1) % perTable, table, column);
  return { number, name, up, down };
}

function stepOf(step: number, table: string, column: string): readonly [string, string, string] {
  switch (step) {
    case 0:
      return [
        `create-${table}`,
        `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, made_at timestamptz NOT NULL DEFAULT now());`,
        `DROP TABLE ${table};`,
      ];
    case 3:
      return [
        `index-${table}-name`,
        `CREATE INDEX ${table}_name_index ON ${table} (name);`,
        `DROP INDEX ${table}_name_index;`,
      ];
    case 5:
      return [
        `check-${table}`,
        `ALTER TABLE ${table} ADD CONSTRAINT ${table}_named CHECK (name <> '');`,
        `ALTER TABLE ${table} DROP CONSTRAINT ${table}_named;`,
      ];
    default:
      return [
        `add-${table}-${column}`,
        `ALTER TABLE ${table} ADD COLUMN ${column} ${step % 2 === 0 ? 'text' : 'integer'};`,
        `ALTER TABLE ${table} DROP COLUMN ${column};`,
      ];
  }
}

/** The pending migration of a measurement; `run` makes each one new, so that nothing of it is known beforehand. */
export function pendingMigration(length: number, run: string): BenchMigration {
  const number = length + 1;
  return {
    number,
    name: `notes-${run}`,
    up: `ALTER TABLE shop_1 ADD COLUMN notes_${run} text;\nCREATE INDEX shop_1_notes_${run} ON shop_1 (made_at);`,
    down: `DROP INDEX shop_1_notes_${run};\nALTER TABLE shop_1 DROP COLUMN notes_${run};`,
  };
}

export function sqlFile({ up, down }: BenchMigration): string {
  return `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`;
}

export function scriptFile({ up, down }: BenchMigration): string {
  const body = (sql: string): string =>
    sql
      .split('\n')
      .map((line) => `  pgm.sql(${JSON.stringify(line)});`)
      .join('\n');
  return `exports.up = (pgm) => {\n${body(up)}\n};\n\nexports.down = (pgm) => {\n${body(down)}\n};\n`;
}

export function fileName({ number, name }: BenchMigration, extension: string): string {
  return `${String(number).padStart(6, '0')}_${name}.${extension}`;
}

/** A folder as Git has it, with its blobs. */
export interface BenchTree {
  readonly tree: Extract<Tree, { kind: 'found' }>;
  read(blob: string): Promise<Uint8Array>;
}

/** A folder of these files. */
export function treeOf(files: ReadonlyMap<string, string>): BenchTree {
  const blobs = new Map<string, Uint8Array>();
  const entries = [...files].map(([name, text]): TreeEntry => {
    const content = Buffer.from(text);
    const blob = gitBlobId(content);
    blobs.set(blob, content);
    return { path: `migrations/${name}`, mode: '100644', blob, size: content.length };
  });
  return {
    tree: { kind: 'found', entries },
    read: (blob) => Promise.resolve(blobs.get(blob) ?? new Uint8Array()),
  };
}

const treeEntries = z.array(
  z.object({ path: z.string(), mode: z.string(), blob: z.string(), size: z.number() }),
);

/** The folder with one more file, whose entries are strings of their own, as each answer of GitHub's has them. */
export function treeWith(base: BenchTree, name: string, text: string): BenchTree {
  const added = treeOf(new Map([[name, text]]));
  const all = [...base.tree.entries, ...added.tree.entries];
  const own = new Set(added.tree.entries.map(({ blob }) => blob));
  return {
    tree: { kind: 'found', entries: treeEntries.parse(JSON.parse(JSON.stringify(all))) },
    read: (blob) => (own.has(blob) ? added : base).read(blob),
  };
}
