import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { accountFor, isReachable, nobody, sayAccount } from './account.ts';

/** How a program is started so that the kernel holds it, and what is worth saying about it. */
export interface Confined {
  readonly command: string;
  readonly args: readonly string[];
  /** Spawn options: another account, where the command does not leave root's by itself. */
  readonly account: { readonly uid?: number; readonly gid?: number };
  readonly note: string | null;
}

/** Who unshares the network: root itself, or whoever the kernel lets make a namespace of users. */
export type Wall = 'by-root' | 'by-user' | 'none';

/** Memory that a program may fill, in KiB. V8 sets 512 MiB of it aside for code before it begins. */
const memoryKiB = 1536 * 1024;

// The shell only sets limits: memory, no core file, no file of any size. `env -i` takes back what it exports.
const limited = `for limit in '-c 0' '-f 0' '-d ${String(memoryKiB)}'; do ulimit $limit 2>/dev/null; done; exec env -i TZ=UTC "$0" "$@"`;

/** The end of this process is the end of the child, also where it is killed in an endless loop. */
const leash = ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL'];
const asNobody = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'];

/** Puts `program` behind a wall: no network, bounded memory, and no life after ours. */
export function confine(wall: Wall, program: string, args: readonly string[], entry: string): Confined {
  const leaves = isReachable(entry, 'read') && 'uid' in accountFor(program);
  const account = leaves ? accountFor(program) : {};
  const note = [leaves ? null : sayAccount(program), sayWall(wall)].filter((said) => said !== null).join(' ');
  const said = note === '' ? null : note;
  switch (wall) {
    case 'by-root': {
      const outside = ['unshare', '-n', '-i', ...leash, ...(leaves ? asNobody : []), '--'];
      return { ...inShell([...outside, program, ...args]), account: {}, note: said };
    }
    case 'by-user':
      return {
        ...inShell(['unshare', '-U', '-n', '-i', ...leash, '--', program, ...args]),
        account,
        note: said,
      };
    case 'none': {
      if (process.platform === 'win32') return { command: program, args, account, note: said };
      return { ...inShell([program, ...args]), account, note: said };
    }
  }
}

function inShell(words: readonly string[]): { command: string; args: readonly string[] } {
  return { command: '/bin/sh', args: ['-c', limited, ...words] };
}

export function sayWall(wall: Wall): string | null {
  if (wall !== 'none') return null;
  return "Migrations were compiled without the kernel's walls: this machine lets Tidegate make no namespace without network (unshare -n, setpriv). Code that broke out of QuickJS could reach the network; allow user namespaces, or CAP_SYS_ADMIN, to close that.";
}

/** The strongest wall that this machine allows whoever runs this process, found out by trying. */
export async function findWall(): Promise<Wall> {
  const isRoot = process.getuid?.() === 0;
  for (const wall of isRoot ? (['by-root', 'by-user'] as const) : (['by-user'] as const)) {
    if (await works(wall)) return wall;
  }
  return 'none';
}

export async function works(wall: Wall): Promise<boolean> {
  const { command, args, account } = confine(wall, '/bin/sh', ['-c', ':'], '/bin/sh');
  return promisify(execFile)(command, args, { cwd: '/', env: {}, timeout: 10_000, ...account }).then(
    () => true,
    () => false,
  );
}
