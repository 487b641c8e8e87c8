import { InstallError, installedMajors, installVersion } from '../database/embedded/installed-versions.ts';
import { bundledMajor, installableMajors, pinnedVersions } from '../database/embedded/pinned-versions.ts';
import { postgresFolder } from './postgres-folder.ts';
import { UsageError, type Terminal } from './terminal.ts';

export const shadowUsage = `tidegate shadow: the versions of PostgreSQL that plans can be tried on

  tidegate shadow                 which there are
  tidegate shadow install MAJOR   fetches one (${installableMajors.join(', ')}) from the npm registry, for targets of that version

They are kept in TIDEGATE_DATA (default: .tidegate); a service that runs takes them with its next plan.
Exit status: 0 fine; 1 it could not be installed; 2 wrong use.
`;

/** `tidegate shadow`: lists or installs versions. Returns the exit status. */
export async function shadowCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(shadowUsage);
    return 0;
  }
  const folder = postgresFolder(terminal);
  const [verb, written, ...rest] = args;
  if (verb === undefined) {
    terminal.print(listed(await installedMajors(folder)));
    return 0;
  }
  if (verb !== 'install' || written === undefined || rest.length > 0) {
    throw new UsageError(`tidegate shadow takes install MAJOR, or nothing.\n\n${shadowUsage}`);
  }
  return install(majorIn(written), folder, terminal);
}

async function install(major: number, folder: string, terminal: Terminal): Promise<number> {
  try {
    await installVersion({ major, folder, variables: terminal.variables });
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    terminal.complain(`${error.message}\n`);
    return 1;
  }
  terminal.print(
    `PostgreSQL ${pinnedVersions[major]?.version ?? major} is installed: plans of targets of version ${major} are tried on it.\n`,
  );
  return 0;
}

function majorIn(written: string): number {
  const major = Number(written);
  if (installableMajors.includes(major)) return major;
  const known = installableMajors.join(', ');
  if (major === bundledMajor) {
    throw new UsageError(`PostgreSQL ${major} came with Tidegate, and needs no installing.`);
  }
  if (major === 14) {
    throw new UsageError(
      `PostgreSQL 14 cannot be a shadow: what bounds hostile SQL there needs 15. ${known} can be installed; a target of ` +
        'version 14 is tried on the next newer one, and its plans say so.',
    );
  }
  throw new UsageError(
    `A major version of PostgreSQL was expected: ${known}. Others can be named as servers of your own under ` +
      'shadow.servers in tidegate.yml.',
  );
}

function listed(installed: readonly number[]): string {
  const lines = installableMajors.map((major) => {
    const state = installed.includes(major) ? 'installed' : `tidegate shadow install ${major}`;
    return `PostgreSQL ${major}: ${state}`;
  });
  return `${[...lines, `PostgreSQL ${bundledMajor}: came with Tidegate`].join('\n')}\n`;
}
