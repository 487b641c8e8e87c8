import { listed } from '../../plan/names-in-words.ts';
import type { TargetState } from '../../ports/target.ts';
import type { Environment } from '../environment.ts';
import { driftCaution } from '../planning/drift-caution.ts';
import type { Tools } from '../tools.ts';
import type { RollbackGround } from './rollback-ground.ts';
import { inWords } from './schema-of.ts';

/**
 * Why a database may be another than the shadow that a rollback is tried on: as known drift, and by rows that its
 * history lost. It stops nothing, since a rollback can be what is needed just then; whoever confirms it knows.
 */
export async function cautionsOf(
  { key, policy }: Pick<Environment, 'key' | 'policy'>,
  { files }: Pick<RollbackGround, 'files'>,
  { gone }: Pick<TargetState, 'gone'>,
  { records }: Pick<Tools, 'records'>,
): Promise<readonly string[]> {
  const drift = await records.drift(key);
  const lost = gone.filter(({ name, direction }) => direction === 'up' && files.includes(name));
  return [
    ...(drift?.finding.kind === 'drift'
      ? [`${driftCaution(policy, drift)} It runs over this: ${inWords(drift.finding.changes)}.`]
      : []),
    ...(lost.length === 0 ? [] : [lostCaution(lost.map(({ name }) => name))]),
  ];
}

function lostCaution(names: readonly string[]): string {
  const rows = listed(names.map((name) => `\`${name}\``));
  return (
    `By the ledger ${rows} ran there, and the history's row is gone: this was tried without. Where what that did still ` +
    'stands, put the row back first, as the issue of the hold says.'
  );
}
