import { code, type HazardRule } from '../rule.ts';
import { written } from '../relations.ts';

export const nonConcurrentRefresh: HazardRule = {
  id: 'non-concurrent-refresh',
  severity: 'medium',
  sentence:
    'REFRESH MATERIALIZED VIEW without CONCURRENTLY blocks every read of the view until it is filled again.',
  advice:
    "Give the view a unique index and use REFRESH MATERIALIZED VIEW CONCURRENTLY: `pgm.refreshMaterializedView('name', { concurrently: true })`.",
  equivalents: {},
  bad: 'REFRESH MATERIALIZED VIEW event_days;',
  good: 'REFRESH MATERIALIZED VIEW CONCURRENTLY event_days;',
  find: ({ node, isNew }) => {
    if (node === null || !('RefreshMatViewStmt' in node)) return [];
    const { relation, concurrent } = node.RefreshMatViewStmt;
    if (concurrent === true || isNew(relation)) return [];
    return [`Filling the view ${code(written(relation))} again blocks every read of it until it is done.`];
  },
};
