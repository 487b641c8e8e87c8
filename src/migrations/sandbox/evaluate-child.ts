/** Entry of the child that runs migrations written in JavaScript: QuickJS as WebAssembly, a new one each time. */
import { readFileSync } from 'node:fs';
import { serve } from './child.ts';
import { evaluate, rehearse } from './evaluate.ts';
import { openMachines } from './machines.ts';

const read = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));
const wasm = await WebAssembly.compile(new Uint8Array(read('quickjs.wasm')));
const prelude = read('prelude.js').toString('utf8');
await rehearse(wasm, prelude);
// Each migration runs twice.
const machines = await openMachines(wasm, prelude, 2);

await serve((task, ask) => evaluate(machines, task, ask));
