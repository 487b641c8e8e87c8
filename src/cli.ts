#!/usr/bin/env node
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { Terminal } from './cli/terminal.ts';

/**
 * Node brings these compiled, for V8 as it starts by itself. Under other flags they would be compiled anew, which takes
 * longer than all else that a command loads: whatever needs them later finds them here.
 */
for (const name of ['child_process', 'crypto', 'fs/promises', 'net']) {
  createRequire(import.meta.url)(`node:${name}`);
}

// PostgreSQL's parser is a large WebAssembly module. V8's optimising compiler takes hundreds of MB to compile it anew
// while it runs, for statements that are parsed in a millisecond either way.
for (const flag of ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']) setFlagsFromString(flag);

/** `npm run tidegate` changes to this package's folder first; npm says from where it was called. */
function folderOfCall(variables: NodeJS.ProcessEnv): string | undefined {
  const isOwnScript =
    variables['npm_package_name'] === 'tidegate' && variables['npm_lifecycle_event'] === 'tidegate';
  return isOwnScript ? variables['INIT_CWD'] : undefined;
}

function terminal(): Terminal {
  // Whoever reads may stop reading, as `| head` does: what is left to say then goes nowhere.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    variables: process.env,
    workingDirectory: folderOfCall(process.env) ?? process.cwd(),
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    print: (text) => void process.stdout.write(text),
    complain: (text) => void process.stderr.write(text),
    ended: new Promise((resolve) => {
      // Ctrl-C under npm comes twice, from the terminal and from npm: the second must not cut the ending short.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    }),
  };
}

const args = process.argv.slice(2);
// A plan is what people wait for: it is built into a file of its own.
const { run } = await (args[0] === 'plan' ? import('./cli/plan-alone.ts') : import('./cli/commands.ts'));
process.exitCode = await run(args, terminal());
