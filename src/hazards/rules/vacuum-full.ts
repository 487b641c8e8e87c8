import { code, outsideTransaction, type HazardRule } from '../rule.ts';
import { hasOption } from '../tree.ts';
import { written } from '../relations.ts';

export const vacuumFull: HazardRule = {
  id: 'vacuum-full',
  severity: 'high',
  sentence:
    'VACUUM FULL and CLUSTER write the whole table anew while it is locked against reads and writes, and need the room for a second copy.',
  advice:
    'Use plain VACUUM, which blocks nobody; to give space back on a live table, use pg_repack outside of migrations.',
  equivalents: { squawk: ['prefer-repack'] },
  bad: `${outsideTransaction}\nVACUUM FULL orders;`,
  good: `${outsideTransaction}\nVACUUM (ANALYZE) orders;`,
  find: ({ node, isNew }) => {
    if (node === null) return [];
    if ('ClusterStmt' in node) {
      const { relation } = node.ClusterStmt;
      if (isNew(relation)) return [];
      return [message('CLUSTER', relation === undefined ? 'every clustered table' : code(written(relation)))];
    }
    if (!('VacuumStmt' in node) || !hasOption(node.VacuumStmt.options, 'full')) return [];
    const tables = (node.VacuumStmt.rels ?? []).flatMap((rel) =>
      'VacuumRelation' in rel ? [rel.VacuumRelation.relation] : [],
    );
    if (tables.length === 0) return [message('VACUUM FULL', 'every table')];
    return tables
      .filter((table) => !isNew(table))
      .map((table) => message('VACUUM FULL', code(written(table))));
  },
};

function message(command: string, subject: string): string {
  return `${command} writes ${subject} anew while it is locked against reads and writes.`;
}
