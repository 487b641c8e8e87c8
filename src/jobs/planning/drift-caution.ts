import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { DriftRecord } from '../../ports/record-rows.ts';

/** What stands above a plan for a database that is not what its history says: it was tried on what the history says. */
export function driftCaution(
  { name }: Pick<EnvironmentPolicy, 'name'>,
  { finding }: Pick<DriftRecord, 'finding'>,
): string {
  const count = finding.kind === 'drift' ? finding.changes.length : 0;
  const objects = count === 1 ? '1 object differs' : `${count} objects differ`;
  return (
    `The schema of \`${name}\` is not what its history says: ${objects}. This was tried on what the history says. ` +
    `\`/drift ${name}\` shows the difference.`
  );
}
