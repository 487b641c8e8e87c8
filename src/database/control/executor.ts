import type pg from 'pg';

/** A pool, or a client inside a transaction. */
export type Executor = Pick<pg.ClientBase, 'query'>;
