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
export function decisionLines(decision: Decision, length: number, depth = 0): readonly DecisionLine[] {
  const line = {
    indent: '  '.repeat(Math.min(depth, deepest)),
    mark: decisionMarks[decision.status],
    word: decisionWords[decision.status],
    message: clip(sentence(decision), length),
  };
  return [line, ...decision.children.flatMap((child) => decisionLines(child, length, depth + 1))];
}

/** What was wanted and found is said by the message; who could bring the rest is added where it is not. */
function sentence({ status, message, who }: Decision): string {
  if (status === 'allowed' || who === undefined || message.includes(who)) return message;
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
