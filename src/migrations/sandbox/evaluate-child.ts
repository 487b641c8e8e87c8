/** Entry of the child that runs migrations written in JavaScript: QuickJS as WebAssembly, a new one each time. */
import { readFileSync } from 'node:fs';
import { serve } from './child.ts';
import { evaluate } from './evaluate.ts';

const read = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));
const wasm = await WebAssembly.compile(new Uint8Array(read('quickjs.wasm')));
const prelude = read('prelude.js').toString('utf8');

await serve((task, ask) => evaluate(wasm, prelude, task, ask));
