import type { CodeHost } from '../ports/code-host.ts';

/** Whether any of these files differs between two commits, or is in one of them alone. */
export async function isAnyChanged(
  host: CodeHost,
  paths: readonly string[],
  before: string,
  after: string,
): Promise<boolean> {
  const compared = paths.map(async (path) => {
    const [then, now] = await Promise.all([host.readFile(before, path), host.readFile(after, path)]);
    return !isSameFile(then, now);
  });
  return (await Promise.all(compared)).includes(true);
}

/** Whether a file is the same as another; null stands for one that is not there. */
export function isSameFile(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}
