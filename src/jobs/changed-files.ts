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
    return then === null || now === null ? then !== now : Buffer.compare(then, now) !== 0;
  });
  return (await Promise.all(compared)).includes(true);
}
