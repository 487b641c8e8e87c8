import { createHash } from 'node:crypto';
import { controlRows } from './control-rows.ts';
import type { World } from './world.ts';

/**
 * Records in the control database that these files, as they will stand on the default branch, are agreed to. A test
 * that is not about who agrees to rules would else have each of its changes of them approved; what it pushes next is in
 * force as if it had been. To be called while the service is at rest.
 */
export async function agreeBeforehand(
  { control, repository }: Pick<World, 'control' | 'repository'>,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const sums = Object.entries(files).map(([path, text]) => [path, sumOf(text)] as const);
  const rows = await controlRows(
    control,
    `UPDATE tidegate.agreed_rules SET files = files || $2 WHERE repository_id = $1 RETURNING commit`,
    [repository.id, JSON.stringify(Object.fromEntries(sums))],
  );
  if (rows.length !== 1) throw new Error('the service has not seen the repository yet');
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
