import type { Finding } from './finding.ts';
import { judgeExtensions } from './judge-extensions.ts';
import { judgeServer } from './judge.ts';
import { readExtensionFacts } from './read-extensions.ts';
import { readServerFacts } from './read-facts.ts';
import { UnsafeShadow } from './unsafe-shadow.ts';

/**
 * Throws UnsafeShadow where the server, or what it has of the listed extensions, is unsafe and that was not accepted;
 * returns what is to be said of it.
 */
export async function requireSafeServer(
  adminUrl: string,
  accepted: boolean,
  extensions: readonly string[] = [],
): Promise<readonly Finding[]> {
  const findings = [
    ...judgeServer(await readServerFacts(adminUrl)),
    ...judgeExtensions(await readExtensionFacts(adminUrl, extensions)),
  ];
  const found = findings.filter(({ weight }) => weight === 'unsafe');
  if (found.length === 0 || accepted) return findings;
  const list = found.map(({ what }) => `  - ${what}`).join('\n');
  throw new UnsafeShadow(
    `The shadow server is not safe for the SQL of pull requests:\n${list}\n` +
      'Run `tidegate doctor --shadow URL` for the statements that mend it. To use it all the same, accept ' +
      'that in as many words under shadow.unsafe in tidegate.yml (README.md).',
  );
}
