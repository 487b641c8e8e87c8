import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../src/database/embedded/temporary-folder.ts';
import { startWatchdog } from '../src/database/embedded/watchdog.ts';
import { createLog } from '../src/service/log.ts';
import { Stack } from '../src/service/stack.ts';
import { benchArguments, usage, WrongUse, type BenchArguments } from './arguments.ts';
import { describeMachine } from './machine.ts';
import { joined, parseMeasurements, type Results } from './measurement.ts';
import { peers } from './peers/peers.ts';
import { startServer } from './postgres.ts';
import { curveOf, textReport, withResults } from './report.ts';
import type { Scene } from './scene.ts';
import { suites } from './suites.ts';

const names = peers.map(({ name }) => name);
const documentPath = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const curvePath = fileURLToPath(new URL('../docs/plan-time.svg', import.meta.url));

interface Run {
  readonly results: Results;
  /** Where it ran; null for a run that was only read. */
  readonly machine: string | null;
}

async function main(args: readonly string[]): Promise<void> {
  const asked = benchArguments(
    args,
    suites.map(({ name }) => name),
  );
  if (asked === null) {
    process.stdout.write(usage(suites));
    return;
  }
  const { results, machine } = await resultsOf(asked);
  process.stdout.write(textReport(results, names, machine));
  if (asked.json !== null) await writeFile(asked.json, `${JSON.stringify(results.measured, null, 2)}\n`);
  if (!asked.writeDocs) return;
  const document = await readFile(documentPath, 'utf8');
  await writeFile(documentPath, withResults(document, results, { peers: names, machine }));
  await writeFile(curvePath, curveOf(results));
}

async function resultsOf(asked: BenchArguments): Promise<Run> {
  if (asked.from === null) return measure(asked);
  return {
    results: { measured: parseMeasurements(await readFile(asked.from, 'utf8')), missed: [] },
    machine: null,
  };
}

/** Runs the suites one after the other, each with a server and a stack of its own; nothing is left behind, whatever happens. */
async function measure({ only, sizes, isQuick }: BenchArguments): Promise<Run> {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => stopped.abort(new Error(`stopped by ${signal}; nothing is left behind`)));
  }
  const log = createLog('warn', []);
  const stack = new Stack();
  try {
    const directory = await temporaryFolder('tidegate-bench-');
    // Where this process is killed, nobody else would remove it.
    const watchdog = startWatchdog({ dataDirectory: null, remove: [directory] });
    stack.opened('watchdog', watchdog, (open) => open.dismiss());
    stack.opened('temporary folder', directory, (path) => rm(path, { recursive: true, force: true }));
    const common = { directory, log, signal: stopped.signal, sizes, isQuick, progress };
    const all: Results[] = [];
    let machine: string | null = null;
    for (const suite of suites.filter(({ name }) => only.includes(name))) {
      stopped.signal.throwIfAborted();
      const results = await within(async (own) => {
        // A server of its own: what one suite leaves to be written and removed would slow down the next.
        const server = await startServer(directory, log, own);
        machine ??= describeMachine(server);
        return suite.run({ ...common, server, stack: own });
      });
      all.push(results);
    }
    return { results: joined(all), machine };
  } catch (error) {
    throw stopped.signal.aborted ? stopped.signal.reason : error;
  } finally {
    progress('tidying up');
    await stack.close(failed);
    progress('');
  }
}

async function within<T>(work: (stack: Scene['stack']) => Promise<T>): Promise<T> {
  const stack = new Stack();
  try {
    return await work(stack);
  } finally {
    await stack.close(failed);
  }
}

function failed(name: string, error: unknown): void {
  process.stderr.write(`${name} could not be closed: ${String(error)}\n`);
}

/** One line that is written over, where somebody looks on. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const said =
    error instanceof WrongUse ? error.message : error instanceof Error ? error.message : String(error);
  process.stderr.write(`${said}\n`);
  process.exitCode = error instanceof WrongUse ? 2 : 1;
}
