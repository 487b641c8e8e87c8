import { mentionsOf, type Mentions } from './sql/mentions.ts';

/** One statement, and what has to be known to put it in its place. */
export interface Step {
  readonly sql: string;
  /** Which goes first where nothing else decides. */
  readonly rank: number;
  /** Handles of what is there no more after it, and of what is there after it. */
  readonly drops: readonly string[];
  readonly makes: readonly string[];
  /** Handles of what stays but is another type after it: what is built on it cannot stand meanwhile. */
  readonly retypes: readonly string[];
  /** What it lets go: it comes before that is dropped. */
  readonly frees: Mentions;
  /** What it is built on: it comes after that is made. */
  readonly needs: Mentions;
}

/** Steps that nothing else orders run in this order. */
export const ranks = {
  value: 0,
  letGo: 10,
  dropDependent: 20,
  dropConstraint: 30,
  dropIndex: 40,
  detach: 45,
  makeSpace: 50,
  makeType: 55,
  makeTable: 60,
  addColumn: 65,
  change: 70,
  code: 72,
  constraint: 75,
  index: 80,
  foreignKey: 85,
  attach: 88,
  view: 90,
  dependent: 100,
  setting: 105,
  // A sequence that is to go with a column has to have its table's owner at that time.
  owner: 107,
  bind: 108,
  words: 110,
  grant: 120,
  dropColumn: 130,
  dropRelation: 140,
  dropCode: 150,
  dropType: 160,
  dropSpace: 170,
  defaults: 180,
} as const;

const nothing = mentionsOf('');

/** A step that neither makes nor drops, lets go of nothing and needs nothing but what is said. */
export function step(rank: keyof typeof ranks, sql: string, more: Partial<Omit<Step, 'sql' | 'rank'>>): Step {
  return {
    rank: ranks[rank],
    sql,
    drops: [],
    makes: [],
    retypes: [],
    frees: nothing,
    needs: nothing,
    ...more,
  };
}
