import { createHash } from 'node:crypto';

/** Git's object id of a file's content (gitformat-pack, "SHA-1 of the header and the content"). */
export function gitBlobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
