import { code, type HazardRule } from '../rule.ts';
import { isUnderstood, mayRewrite } from '../understood.ts';

export const unexplainedLock: HazardRule = {
  id: 'unexplained-lock',
  severity: 'high',
  sentence:
    'On the shadow the statement locked a table, or wrote it anew, for a reason that no other rule knows: on the target others may wait for it.',
  advice:
    'Find the statement in PostgreSQL\'s manual ("Explicit Locking") and look for a form that locks less; or waive this with the reason why it is brief.',
  equivalents: {},
  bad: 'LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;',
  good: 'LOCK TABLE orders IN ROW EXCLUSIVE MODE;',
  find: ({ node, blocked, rewrites }) => {
    const locks = isUnderstood(node)
      ? []
      : blocked.map(
          ({ relation, mode }) => `It takes the lock ${mode} on ${code(relation)}, and no rule knows why.`,
        );
    const written = mayRewrite(node)
      ? []
      : (rewrites ?? []).map((relation) => `It writes ${code(relation)} anew, and no rule knows why.`);
    return [...locks, ...written];
  },
};
