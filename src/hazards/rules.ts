import type { HazardRule } from './rule.ts';
import { addColumnRewrite } from './rules/add-column-rewrite.ts';
import { deleteWithoutWhere } from './rules/delete-without-where.ts';
import { dropColumn } from './rules/drop-column.ts';
import { dropSchema } from './rules/drop-schema.ts';
import { dropTable } from './rules/drop-table.ts';
import { dynamicSql } from './rules/dynamic-sql.ts';
import { invalidWaiver } from './rules/invalid-waiver.ts';
import { nonConcurrentIndexBuild } from './rules/non-concurrent-index-build.ts';
import { nonConcurrentIndexDrop } from './rules/non-concurrent-index-drop.ts';
import { nonConcurrentRefresh } from './rules/non-concurrent-refresh.ts';
import { nonConcurrentReindex } from './rules/non-concurrent-reindex.ts';
import { notTried } from './rules/not-tried.ts';
import { renameColumn } from './rules/rename-column.ts';
import { renameTable } from './rules/rename-table.ts';
import { requiredColumn } from './rules/required-column.ts';
import { setNotNull } from './rules/set-not-null.ts';
import { truncate } from './rules/truncate.ts';
import { typeChangeRewrite } from './rules/type-change-rewrite.ts';
import { unexplainedLock } from './rules/unexplained-lock.ts';
import { uniqueConstraint } from './rules/unique-constraint.ts';
import { updateWithoutWhere } from './rules/update-without-where.ts';
import { vacuumFull } from './rules/vacuum-full.ts';
import { validateInSameTransaction } from './rules/validate-in-same-transaction.ts';
import { validatedCheck } from './rules/validated-check.ts';
import { validatedForeignKey } from './rules/validated-foreign-key.ts';

/** Everything that Tidegate looks for. */
export const hazardRules: readonly HazardRule[] = [
  nonConcurrentIndexBuild,
  nonConcurrentIndexDrop,
  nonConcurrentReindex,
  nonConcurrentRefresh,
  uniqueConstraint,
  validatedForeignKey,
  validatedCheck,
  validateInSameTransaction,
  setNotNull,
  requiredColumn,
  addColumnRewrite,
  typeChangeRewrite,
  vacuumFull,
  dropColumn,
  dropTable,
  dropSchema,
  truncate,
  deleteWithoutWhere,
  updateWithoutWhere,
  renameColumn,
  renameTable,
  dynamicSql,
  notTried,
  unexplainedLock,
  invalidWaiver,
];
