import { chmod, mkdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from './own-folder.ts';
import { firstClosedFolder, type ServerUser } from './server-user.ts';

/** What an embedded server keeps below its folder. */
export interface Layout {
  readonly directory: string;
  readonly data: string;
  /** The superuser's password; readable by our own user alone. */
  readonly password: string;
  readonly log: string;
}

/**
 * Makes the folder. Where the server runs as another user who cannot get to it, what is not durable goes to the
 * temporary folder instead, and for what is durable this throws: its place is for people to choose.
 */
export async function prepareLayout(
  directory: string,
  user: ServerUser | null,
  durable: boolean,
): Promise<Layout> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const real = await realpath(directory);
  if (user === null) return layoutOf(real);
  const open = await openPlace(real, durable);
  await chmod(open, 0o711);
  return layoutOf(open);
}

async function openPlace(directory: string, durable: boolean): Promise<string> {
  const closed = await firstClosedFolder(directory);
  if (closed === null) return directory;
  const elsewhere = durable
    ? null
    : await ownFolder(await realpath(tmpdir()), 'tidegate-postgres', directory);
  if (elsewhere !== null && (await firstClosedFolder(elsewhere)) === null) {
    await rmdir(directory).catch(() => undefined);
    return elsewhere;
  }
  throw new Error(
    `PostgreSQL cannot run as root, and another user cannot get to its data in ${directory}: ${closed} is closed ` +
      'to others. Choose a folder outside of it (TIDEGATE_DATA, for example /var/lib/tidegate), or start ' +
      'Tidegate as an ordinary user.',
  );
}

/** Where what stands below such a folder. */
export function layoutOf(directory: string): Layout {
  return {
    directory,
    data: join(directory, 'data'),
    password: join(directory, 'superuser-password'),
    log: join(directory, 'postgres.log'),
  };
}

/** Removes all that an embedded server made, and the folder itself where nothing else is in it. */
export async function removeLayout(layout: Layout): Promise<void> {
  const own = [
    layout.data,
    layout.password,
    layout.log,
    previousLog(layout),
    join(layout.directory, 'native'),
  ];
  await Promise.all(own.map((path) => rm(path, { recursive: true, force: true, maxRetries: 3 })));
  await rmdir(layout.directory).catch(() => undefined);
}

/** Keeps the last run's log beside the new one, so that a crash can be looked into. */
export async function turnLog(layout: Layout): Promise<void> {
  await rename(layout.log, previousLog(layout)).catch(() => undefined);
}

function previousLog(layout: Layout): string {
  return `${layout.log}.previous`;
}
