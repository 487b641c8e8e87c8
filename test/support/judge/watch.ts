import { isGap } from './gaps.ts';
import { createJudge, type Judge, type RestAnswer } from './judge.ts';

/** Looks on while a test talks to the simulated GitHub, and keeps what its judge finds wrong. */
export interface Watch {
  readonly onAnswer: (answer: RestAnswer) => void;
  readonly onDelivery: (eventName: string, payload: unknown) => void;
  /** Each violation once. A test ends with: there are none. */
  readonly violations: () => readonly string[];
}

export function createWatch(judge: Judge = createJudge()): Watch {
  const found = new Set<string>();
  const keep = (violations: readonly string[]) => {
    for (const violation of violations) if (!isGap(violation)) found.add(violation);
  };
  return {
    onAnswer: (answer) => keep(judge.checkRest(answer)),
    onDelivery: (eventName, payload) => keep(judge.checkWebhook(eventName, payload)),
    violations: () => [...found],
  };
}
