import { chmod, mkdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { firstClosedFolder, type ServerUser } from './server-user.ts';

/** What an embedded server keeps below its folder. */
export interface Layout {
  readonly directory: string;
  readonly data: string;
  /** The superuser's password; readable by our own user alone. */
  readonly password: string;
  readonly log: string;
}

/** Makes the folder and sees that the server's user can get through to it. Throws where it cannot. */
export async function prepareLayout(directory: string, user: ServerUser | null): Promise<Layout> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const real = await realpath(directory);
  if (user !== null) {
    const closed = await firstClosedFolder(real);
    if (closed !== null) {
      throw new Error(
        `PostgreSQL cannot run as root, and another user cannot get to its data in ${real}: ${closed} is closed ` +
          'to others. Choose a folder outside of it (TIDEGATE_DATA, for example /var/lib/tidegate), or start ' +
          'Tidegate as an ordinary user.',
      );
    }
    await chmod(real, 0o711);
  }
  return layoutOf(real);
}

function layoutOf(directory: string): Layout {
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
