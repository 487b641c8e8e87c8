import { createHash } from 'node:crypto';
import { configurationPath } from '../configuration-path.ts';

/** What a file holds, as its SHA-256; a file that is not there has one too. */
export function sumOf(bytes: Uint8Array | null): string {
  return createHash('sha256')
    .update(bytes ?? 'removed')
    .digest('hex');
}

/** A file that rules, and what it holds as `sumOf` has it. */
export type RulingFile = readonly [path: string, sum: string];

/** As `Plan.configuration`, of the files that are others now. Of the configuration alone it is the SHA-256 of the file itself. */
export function digestOfRules(changed: readonly RulingFile[]): string {
  const [only] = changed;
  if (changed.length === 1 && only?.[0] === configurationPath) return only[1];
  return createHash('sha256').update(JSON.stringify(changed)).digest('hex');
}
