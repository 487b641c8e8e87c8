import type { Decision } from '../domain/gate.ts';
import type { EnvironmentPolicy } from '../domain/policy.ts';
import { localTime, windowWords } from '../domain/window.ts';
import { isOpen, nextOpening } from './windows.ts';
import { met, quoted } from './words.ts';

/**
 * The decision, with a node that says when a merge is applied. Windows never make a gate red: what is merged outside
 * of one waits. Nothing is said where nothing runs, or where the plan cannot.
 */
export function withWindow(
  decision: Decision,
  { name, windows }: Pick<EnvironmentPolicy, 'name' | 'windows'>,
  stepCount: number,
  now: Date,
): Decision {
  if (windows === undefined || stepCount === 0 || decision.status === 'refused') return decision;
  const sentence = `${quoted(name)} takes migrations in its windows alone (${windowWords(windows)})`;
  const said = isOpen(windows, now)
    ? met('window-open', `${sentence}. One was open when this was decided.`)
    : met(
        'window-shut',
        `${sentence}: merged before, it waits, and is applied by itself from ${localTime(nextOpening(windows, now))} on.`,
      );
  return { ...decision, children: [...decision.children, said] };
}
