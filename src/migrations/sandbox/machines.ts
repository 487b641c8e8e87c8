import {
  type QuickJSContext,
  type QuickJSHandle,
  RELEASE_SYNC,
  newQuickJSWASMModuleFromVariant,
  newVariant,
} from 'quickjs-emscripten';

/** A QuickJS that ran nothing but the prelude; for one run of one migration. */
export interface Machine {
  readonly vm: QuickJSContext;
  /** The prelude's `run`. */
  readonly run: QuickJSHandle;
}

export interface Machines {
  /** One that nobody used. */
  take(): Promise<Machine>;
}

// 64 KiB a page: 16 MiB to begin with, 128 MiB at most. QuickJS's own memory limit does not hold.
const memory = { initial: 256, maximum: 2048 };

/** Makes `ready` machines at once, while the child waits for its first task, and each further one when asked. */
export async function openMachines(
  wasm: WebAssembly.Module,
  prelude: string,
  ready: number,
): Promise<Machines> {
  const spare: Machine[] = [];
  for (let count = 0; count < ready; count += 1) spare.push(await makeMachine(wasm, prelude));
  return { take: async () => spare.pop() ?? makeMachine(wasm, prelude) };
}

async function makeMachine(wasm: WebAssembly.Module, prelude: string): Promise<Machine> {
  const wasmMemory = new WebAssembly.Memory(memory);
  const variant = newVariant(RELEASE_SYNC, { wasmModule: wasm, wasmMemory });
  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  // Never disposed: the machine is dropped whole, and a spoilt one may not survive its own disposal.
  const vm = quickjs.newContext();
  const run = vm.unwrapResult(vm.evalCode(`${prelude}\n;tidegateGuest.run`, 'tidegate-prelude.js'));
  vm.unwrapResult(vm.evalCode('delete globalThis.tidegateGuest', 'tidegate-prelude.js'));
  return { vm, run };
}
