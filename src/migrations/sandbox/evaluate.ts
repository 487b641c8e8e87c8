import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten';
import type { Ask } from './child.ts';
import { openMachines, type Machine, type Machines } from './machines.ts';
import type { GuestRequest } from './protocol.ts';

/**
 * Runs a migration twice in fresh machines, with another clock and other random numbers, and answers with what
 * it said, or that the two differ. The second run gets the first one's rows again instead of asking anew.
 */
export async function evaluate(machines: Machines, task: unknown, ask: Ask): Promise<unknown> {
  const request = task as GuestRequest;
  const replies: { sql: string; rows: string }[] = [];
  const first = await runOnce(await machines.take(), request, 1, async (sql) => {
    const rows = JSON.stringify(await ask(sql));
    replies.push({ sql, rows });
    return rows;
  });
  const kept = replies.values();
  const second = await runOnce(await machines.take(), request, 2, (sql) => {
    const reply = kept.next().value;
    if (reply?.sql !== sql) return Promise.reject(new Error('another query than the first time'));
    return Promise.resolve(reply.rows);
  });
  return first === second ? withinLimits(first, request) : { kind: 'unsteady' };
}

/** The guest counts as well, for its words' sake; but a migration can change all that counts in there. */
function withinLimits(text: string, { limits }: GuestRequest): unknown {
  if (text.length > limits.answerLength) return JSON.parse(failure('it made too much SQL'));
  const answer = JSON.parse(text) as Partial<Record<'up' | 'down', { steps?: unknown }>> | null;
  const isOver = [answer?.up?.steps, answer?.down?.steps].some(
    (steps) => Array.isArray(steps) && steps.length > limits.statements,
  );
  return isOver ? JSON.parse(failure('it made too many statements')) : answer;
}

async function runOnce(
  { vm, run }: Machine,
  request: GuestRequest,
  seed: number,
  ask: (sql: string) => Promise<string>,
): Promise<string> {
  const pending = new Set<Promise<void>>();
  const argument = vm.unwrapResult(
    vm.evalCode(`JSON.parse(${JSON.stringify(JSON.stringify(request))})`, 'tidegate-request.js'),
  );
  const host = hostObject(vm, request, ask, pending);
  const promise = vm.unwrapResult(vm.callFunction(run, vm.undefined, argument, vm.newNumber(seed), host));
  return settle(vm, promise, pending);
}

function hostObject(
  vm: QuickJSContext,
  request: GuestRequest,
  ask: (sql: string) => Promise<string>,
  pending: Set<Promise<void>>,
): QuickJSHandle {
  const host = vm.newObject();
  const load = vm.newFunction('load', (handle) => {
    const path = vm.getString(handle);
    const code = Object.hasOwn(request.files, path) ? (request.files[path] ?? '') : '';
    return vm.evalCode(`(function (exports, require, module) {${code}\n})`, path);
  });
  const query = vm.newFunction('ask', (handle) => {
    const deferred = vm.newPromise();
    const answered = ask(vm.getString(handle)).then(
      (rows) => deferred.resolve(vm.newString(rows)),
      (error: unknown) => deferred.reject(vm.newError(error instanceof Error ? error.message : 'refused')),
    );
    pending.add(answered);
    void answered.finally(() => pending.delete(answered));
    return deferred.handle;
  });
  vm.setProp(host, 'load', load);
  vm.setProp(host, 'ask', query);
  return host;
}

async function settle(
  vm: QuickJSContext,
  promise: QuickJSHandle,
  pending: Set<Promise<void>>,
): Promise<string> {
  for (;;) {
    vm.runtime.executePendingJobs();
    const state = vm.getPromiseState(promise);
    if (state.type === 'fulfilled') return vm.getString(state.value);
    if (state.type === 'rejected') return failure(explain(vm.dump(state.error)));
    if (pending.size === 0) return failure('it returned a promise that never settles');
    await Promise.race(pending);
  }
}

/** Only a migration that spoilt the prelude around it comes here: what is told of its error is its own. */
function explain(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    const name: unknown = Reflect.get(error, 'name');
    const message: unknown = Reflect.get(error, 'message');
    if (typeof name === 'string' && typeof message === 'string') return `${name}: ${message}`;
  }
  return 'it changed what runs it until that failed';
}

function failure(message: string): string {
  return JSON.stringify({ kind: 'failed', message, place: null, asked: false });
}

/**
 * Runs a migration of no consequence in machines of its own. An engine compiles WebAssembly function by function
 * as they are first called: the first task then finds them compiled.
 */
export async function rehearse(wasm: WebAssembly.Module, prelude: string): Promise<void> {
  const code = "exports.up = (pgm) => { pgm.addColumn('a', { b: 'text' }); pgm.sql('SELECT 1'); };";
  const request: GuestRequest = {
    entry: 'rehearsal.js',
    files: { 'rehearsal.js': code },
    shorthands: {},
    decamelize: false,
    mayAsk: false,
    limits: { queries: 0, statements: 10, sqlLength: 1_000, answerLength: 10_000 },
  };
  const machines = await openMachines(wasm, prelude, 0);
  const nobody: Ask = () => Promise.reject(new Error('there is no database in a rehearsal'));
  await evaluate(machines, request, nobody);
  await evaluate(machines, request, nobody);
}
