import type { HostAsk } from './sandbox/child-process.ts';
import { inBytes, limits } from './limits.ts';

/** Bounds what a migration gets to read through `pgm.db`: rows, bytes and seconds of each query. */
export function limitedAsk(ask: HostAsk | undefined): HostAsk | undefined {
  if (ask === undefined) return undefined;
  return async (sql) => {
    const rows = await withinSeconds(limits.queryMs, ask(sql));
    if (rows.length > limits.rows) {
      throw new Error(
        `a query of a migration may return ${String(limits.rows)} rows, and this one has ${String(rows.length)}`,
      );
    }
    if (JSON.stringify(rows).length > limits.queryBytes) {
      throw new Error(`a query of a migration may return ${inBytes(limits.queryBytes)}`);
    }
    return rows;
  };
}

async function withinSeconds<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`a query of a migration may take ${String(ms / 1000)} seconds`)),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
