import type { CodeHost } from '../../ports/code-host.ts';
import type { Tools } from '../tools.ts';
import { rulesStateAt } from './rules-state.ts';

/**
 * Says of rules that stand on the default branch and are not in force that it is so, in a sentence; null where those
 * that stand there are. It settles nothing.
 */
export async function rulesNotInForce(
  host: CodeHost,
  tools: Pick<Tools, 'records' | 'databasesOf' | 'memory'>,
): Promise<string | null> {
  const { id, defaultBranch } = host.repository;
  const [agreed, head] = await Promise.all([tools.records.agreedRules(id), host.branchHead(defaultBranch)]);
  if (agreed === null || head === null || agreed.commit === head) return null;
  const { changed } = await rulesStateAt(host, head, agreed, tools);
  if (changed.length === 0) return null;
  const files = changed.map((path) => `\`${path}\``).join(', ');
  return (
    `The rules on \`${defaultBranch}\` (${files}) are not in force: whom the rules before ask have not agreed to them. ` +
    `Until they have, the rules of commit \`${agreed.commit.slice(0, 10)}\` decide. The alert issue says who can agree.`
  );
}
