import type { Decision, DecisionCode } from '../domain/gate.ts';
import { clip } from './escape/reveal.ts';
import { decisionMarks, decisionWords } from './words.ts';

/** One node of the decision's tree, as a line of a nested list. */
export interface DecisionLine {
  readonly indent: string;
  readonly mark: string;
  readonly word: string;
  readonly message: string;
}

const deepest = 8;

/** The decision's tree, top down, each message at most `length` long. */
export function decisionLines(decision: Decision, length: number): readonly DecisionLine[] {
  return linesOf(decision, { length, depth: 0, who: undefined });
}

interface Place {
  readonly length: number;
  readonly depth: number;
  /** Who could bring what is missing above it. */
  readonly who: string | undefined;
}

function linesOf(decision: Decision, { length, depth, who }: Place): readonly DecisionLine[] {
  const message = sentence(decision, who);
  const below = { length, depth: depth + 1, who: decision.who };
  const line = {
    indent: '  '.repeat(Math.min(depth, deepest)),
    mark: decisionMarks[decision.status],
    word: decisionWords[decision.status],
    message: clip(message, length),
  };
  return [line, ...decision.children.flatMap((child) => linesOf(child, below))];
}

/** What was wanted and found is said by the message; who could bring the rest is added where it is not, nor above. */
function sentence({ status, message, who }: Decision, above: string | undefined): string {
  if (status === 'allowed' || who === undefined || who === above || message.includes(who)) return message;
  return `${message} Who can: ${who.replace(/\.$/, '')}.`;
}

/** Whether the tree has a node of that code which stands in the way. */
export function isStoppedBy(decision: Decision, code: DecisionCode): boolean {
  if (decision.status === 'allowed') return false;
  return decision.code === code || decision.children.some((child) => isStoppedBy(child, code));
}

/** What the decision says about waiting for a window; null where a merge is applied at once. */
export function windowOf({ children }: Decision): string | null {
  return children.find(({ code }) => code === 'window-shut')?.message ?? null;
}
