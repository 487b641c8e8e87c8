import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runEsbuild } from './esbuild.ts';
import { folderPrefix, markFolder, sweepFolders } from './leftovers.ts';

/** A child's own folder: all that it can read. */
export interface SandboxFolder {
  readonly path: string;
  readonly entry: string;
  /** What its Node is told besides. */
  readonly nodeFlags?: readonly string[];
  remove(): Promise<void>;
}

/** Which child: the one that runs migrations, or the one that splits SQL. */
export type SandboxKind = 'evaluate' | 'split';

const here = fileURLToPath(new URL('.', import.meta.url));
// `.ts` from a clone, `.js` where built.
const extension = extname(import.meta.url);
const require = createRequire(import.meta.url);

/**
 * Makes a folder with everything that a child of this kind runs, bundled, so that it needs to read nothing else
 * of this machine, whoever owns the app's folder.
 */
export async function makeSandboxFolder(kind: SandboxKind): Promise<SandboxFolder> {
  await sweepOnce();
  const program = await programs[kind]();
  const path = await mkdtemp(join(tmpdir(), folderPrefix));
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true });
  try {
    await Promise.all([
      markFolder(path, process.pid),
      ...[...program.texts].map(([name, text]) => writeFile(join(path, name), text)),
      ...[...program.files].map(([name, source]) => copyFile(source, join(path, name))),
    ]);
    await chmod(path, 0o755);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, entry: join(path, 'child.mjs'), nodeFlags: nodeFlags[kind], remove };
}

// V8's optimizing compiler takes 600 MB and a second for PostgreSQL's parser, and no parse is worth that.
const nodeFlags = { evaluate: [], split: ['--liftoff-only'] };

interface Program {
  readonly texts: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
}

// Built once a process, on first use: the same sources give the same bundle.
const programs = {
  evaluate: once(async (): Promise<Program> => {
    const [child, prelude] = await Promise.all([bundleChild('evaluate-child'), bundlePrelude()]);
    const wasm = createRequire(require.resolve('quickjs-emscripten')).resolve(
      '@jitl/quickjs-wasmfile-release-sync/wasm',
    );
    return {
      texts: new Map([
        ['child.mjs', child],
        ['prelude.js', prelude],
      ]),
      files: new Map([['quickjs.wasm', wasm]]),
    };
  }),
  split: once(async (): Promise<Program> => {
    const wasm = join(require.resolve('libpg-query'), '..', 'libpg-query.wasm');
    return {
      texts: new Map([['child.mjs', await bundleChild('split-child')]]),
      files: new Map([['libpg-query.wasm', wasm]]),
    };
  }),
};

const sweepOnce = once(() => sweepFolders(tmpdir(), Date.now()));

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

// What the WebAssembly loaders of both libraries expect to find in a Node module of either kind.
const banner = [
  'import { createRequire } from "node:module";',
  'const require = createRequire(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('');

function bundleChild(name: string): Promise<string> {
  return bundle([
    `${here}${name}${extension}`,
    '--platform=node',
    '--main-fields=module,main',
    '--format=esm',
    '--target=node22',
    `--banner:js=${banner}`,
  ]);
}

function bundlePrelude(): Promise<string> {
  return bundle([
    `${here}guest/prelude${extension}`,
    '--format=iife',
    '--global-name=tidegateGuest',
    '--target=es2022',
    // Read anew for every migration, and half as long that way.
    '--minify-whitespace',
    '--minify-syntax',
    `--alias:node:path=./guest/no-path${extension}`,
  ]);
}

async function bundle(args: readonly string[]): Promise<string> {
  const result = await runEsbuild({
    args: [...args, '--bundle', '--log-level=error', '--color=false'],
    input: '',
    directory: here,
    confined: false,
    deadlineMs: 60_000,
  });
  if (result.kind === 'done') return result.output;
  const why = result.kind === 'failed' ? result.errors : 'esbuild was stopped';
  throw new Error(`The sandbox for migrations could not be bundled: ${why}`);
}
