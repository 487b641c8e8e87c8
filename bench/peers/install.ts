import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { benchDirectory } from './peer.ts';

const manifest = z.object({ devDependencies: z.record(z.string(), z.string()) });
const installed = z.object({ version: z.string() });

/** The peers' versions by package, as bench/package.json pins them. */
export async function peerVersions(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(benchDirectory, 'package.json'), 'utf8');
  return manifest.parse(JSON.parse(text)).devDependencies;
}

/** Runs `npm ci` in bench/ where a peer is not there in its pinned version. Throws where npm fails. */
export async function installPeers(signal: AbortSignal, progress: (text: string) => void): Promise<void> {
  const wanted = Object.entries(await peerVersions());
  const found = await Promise.all(wanted.map(([name]) => versionOf(name)));
  if (wanted.every(([, version], at) => found[at] === version)) return;
  progress('installing the other tools: npm ci in bench/');
  const child = spawn('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: benchDirectory,
    stdio: ['ignore', 'ignore', 'inherit'],
    signal,
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (status !== 0) {
    throw new Error(
      `\`npm ci\` in bench/ ended with status ${String(status)}; run it there by hand to see why.`,
    );
  }
}

async function versionOf(name: string): Promise<string | null> {
  const path = join(benchDirectory, 'node_modules', name, 'package.json');
  return readFile(path, 'utf8').then(
    (text) => installed.parse(JSON.parse(text)).version,
    () => null,
  );
}
