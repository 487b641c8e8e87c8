import { objectType, readBlob } from '../git/objects.ts';
import type { Repository } from '../model.ts';
import type { World } from '../world.ts';

/** `object(oid)` under any alias, as the App asks for files. */
const asked = /(\w+)\s*:\s*object\(oid:\s*"([0-9a-f]{40})"\)/g;
/** GitHub cuts a longer text. */
const longest = 512_000;

/** `repository { a: object(oid: …) { ... on Blob { text } } … }` of GraphQL. */
export async function presentGraphqlBlobs(
  world: World,
  repository: Repository,
  query: string,
): Promise<Readonly<Record<string, unknown>>> {
  const git = world.git(repository);
  const shown: Record<string, unknown> = {};
  for (const [, alias = '', oid = ''] of query.matchAll(asked)) {
    const isBlob = (await objectType(git, oid)) === 'blob';
    shown[alias] = isBlob ? { text: textOf(await readBlob(git, oid)) } : null;
  }
  return shown;
}

function textOf(content: Buffer): string | null {
  return content.includes(0) ? null : content.toString('utf8').slice(0, longest);
}
