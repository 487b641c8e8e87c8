/** What a test may say about a delivery before it is sent. */
export interface OutgoingHook {
  readonly event: string;
  readonly action: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type HookPredicate = (hook: OutgoingHook) => boolean;

export type Treatment =
  | { readonly kind: 'send'; readonly times: number }
  | { readonly kind: 'lose'; readonly recorded: boolean }
  | { readonly kind: 'hold'; readonly until: Promise<void> };

interface Fault {
  readonly matches: HookPredicate;
  readonly treatment: Treatment;
  left: number;
}

interface FailingRoute {
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
  left: number;
}

/** Faults that a test orders; each is used up by what it hits. */
export interface FaultControls {
  /** The next matching deliveries never arrive; GitHub's log shows them as failed, unless `recorded` is false. */
  drop: (matches: HookPredicate, times?: number, options?: { recorded?: boolean }) => void;
  /** The next matching deliveries arrive that many times in all, under one GUID. */
  repeat: (matches: HookPredicate, copies: number, times?: number) => void;
  /** The next matching deliveries wait, overtaken by others, until the returned function is called. */
  delay: (matches: HookPredicate, times?: number) => () => void;
  /** The next matching REST requests answer that status and do nothing. */
  failNext: (method: string, path: RegExp, status: number, times?: number) => void;
}

export interface Faults {
  readonly controls: FaultControls;
  readonly treatmentOf: (hook: OutgoingHook) => Treatment;
  readonly failureFor: (method: string, path: string) => number | undefined;
}

export function createFaults(): Faults {
  const faults: Fault[] = [];
  const failing: FailingRoute[] = [];
  const controls: FaultControls = {
    drop: (matches, times = 1, { recorded = true } = {}) =>
      void faults.push({ matches, treatment: { kind: 'lose', recorded }, left: times }),
    repeat: (matches, copies, times = 1) =>
      void faults.push({ matches, treatment: { kind: 'send', times: copies }, left: times }),
    delay: (matches, times = 1) => {
      let release = (): void => undefined;
      const promise = new Promise<void>((resolve) => (release = resolve));
      faults.push({ matches, treatment: { kind: 'hold', until: promise }, left: times });
      return release;
    },
    failNext: (method, path, status, times = 1) => void failing.push({ method, path, status, left: times }),
  };
  return {
    controls,
    treatmentOf: (hook) =>
      take(faults, (fault) => fault.matches(hook))?.treatment ?? { kind: 'send', times: 1 },
    failureFor: (method, path) =>
      take(failing, (one) => one.method === method && one.path.test(path))?.status,
  };
}

function take<T extends { left: number }>(orders: T[], hits: (order: T) => boolean): T | undefined {
  const order = orders.find((one) => one.left > 0 && hits(one));
  if (order !== undefined) order.left -= 1;
  return order;
}
