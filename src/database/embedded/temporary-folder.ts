import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new temporary folder that a server below it can be reached in: started by root, PostgreSQL runs as another
 * user, who must be able to pass through. Nobody else can list it.
 */
export async function temporaryFolder(prefix: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), prefix));
  await chmod(directory, 0o711);
  return directory;
}
