import type { Change } from '../model/scene.ts';

/** What a pull request of a sequence can hold. */
export const kinds = ['table', 'wider-table', 'index', 'unowned'] as const;
export type Kind = (typeof kinds)[number];

export interface Work {
  readonly change: Change;
  readonly path: string;
  readonly text: string;
  /** Its name in the history. */
  readonly migration: string;
}

/** A migration under a number, and what the gate has to think of it. */
export function workOf(kind: Kind, number: number): Work {
  const name = `${String(number).padStart(4, '0')}_${kind === 'unowned' ? 'free_step' : 'step'}`;
  const table = `step_${String(number).padStart(4, '0')}`;
  const isIndex = kind === 'index';
  const path = `migrations/${name}.sql`;
  const columns = kind === 'wider-table' ? 'id int PRIMARY KEY, note text' : 'id int PRIMARY KEY';
  const up = isIndex
    ? `CREATE INDEX ${table}_index ON step_0001 (id);`
    : `CREATE TABLE ${table} (${columns});`;
  const down = isIndex ? `DROP INDEX ${table}_index;` : `DROP TABLE ${table};`;
  return {
    path,
    text: `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`,
    migration: name,
    change: {
      content: `${kind} ${number}`,
      steps: 1,
      changesRules: false,
      bringsWaiver: false,
      hazards: isIndex ? [{ rule: 'non-concurrent-index-build', severity: 'high' }] : [],
      tables: [isIndex ? 'public.step_0001' : `public.${table}`],
      rows: null,
      paths: [path],
      reversibility: ['proven'],
      statements: [isIndex ? 'CREATE INDEX' : 'CREATE TABLE'],
      isRed: false,
    },
  };
}
