import { z } from 'zod';
import { gitBlobId } from './git-blob-id.ts';
import type { Connection } from './connection.ts';

/** Files that one question asks for at most. */
const atOnce = 100;

interface Waiting {
  readonly blob: string;
  readonly resolve: (content: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads blobs by id. Those that are asked for in the same moment come in one answer, so that a long history that
 * was never read costs a call for each hundred files. Rejects with GitHub's error.
 */
export function blobReader(connection: Connection): (blob: string) => Promise<Uint8Array> {
  let waiting: Waiting[] = [];
  const send = (): void => {
    const asked = waiting;
    waiting = [];
    for (let from = 0; from < asked.length; from += atOnce) {
      void answer(connection, asked.slice(from, from + atOnce));
    }
  };
  return (blob) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(send);
      waiting.push({ blob, resolve, reject });
    });
}

/** One blob's bytes. */
export async function getBlob({ octokit, owner, repo }: Connection, blob: string): Promise<Uint8Array> {
  const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha: blob });
  return Buffer.from(data.content, 'base64');
}

async function answer(connection: Connection, asked: readonly Waiting[]): Promise<void> {
  try {
    const texts = asked.length === 1 ? [] : await getTexts(connection, asked);
    for (const [at, { blob, resolve }] of asked.entries()) {
      resolve(texts[at] ?? (await getBlob(connection, blob)));
    }
  } catch (error) {
    // Those that have their answer already keep it.
    for (const { reject } of asked) reject(error);
  }
}

const objectId = /^[0-9a-f]{40}$/;
const found = z.record(z.string(), z.object({ text: z.string().nullish() }).nullable());

/**
 * The bytes of those whose text GitHub gives whole; null for the others. GraphQL gives no text of a binary file and
 * cuts a long one (reference, "Blob"): whether it did is told by the object id.
 */
async function getTexts(
  { octokit, owner, repo }: Connection,
  asked: readonly Waiting[],
): Promise<readonly (Uint8Array | null)[]> {
  const fields = asked.map(({ blob }, at) =>
    objectId.test(blob) ? `b${at}: object(oid: "${blob}") { ... on Blob { text } }` : '',
  );
  const query = `query blobs($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${fields.join(' ')} }
  }`;
  const data = await octokit.graphql<{ repository: unknown }>(query, { owner, repo });
  const texts = found.parse(data.repository);
  return asked.map(({ blob }, at) => {
    const text = texts[`b${at}`]?.text ?? null;
    if (text === null) return null;
    const content = Buffer.from(text);
    return gitBlobId(content) === blob ? content : null;
  });
}
