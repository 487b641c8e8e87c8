import type { StatusRow } from './reply-view.ts';
import { counted } from './words.ts';

/** How a page writes what stands in a state. */
export interface StatusStyle {
  readonly name: (environment: string) => string;
  readonly hasMarks: boolean;
}

type State = Pick<
  StatusRow,
  'hold' | 'unavailable' | 'waitsUntil' | 'waitsFor' | 'pending' | 'drift' | 'behind'
>;

/** How an environment stands: on hold, unknown, waiting or behind; whether it has drifted; behind which others it is. */
export function stateWords(state: State, { name, hasMarks }: StatusStyle): string {
  const [mark, own] = ownState(state, name);
  const behind = state.behind.map(
    ({ environment, migrations }) => `behind ${name(environment)} by ${migrations.length}`,
  );
  const words = [...own, ...(state.drift === null ? [] : [driftWords(state.drift)]), ...behind].join(', ');
  return `${hasMarks ? `${mark} ` : ''}${words}${state.hold === null ? '' : `: ${state.hold.message}`}`;
}

/** Nothing, where what is said of it beside says it all. */
function ownState(
  { hold, unavailable, waitsUntil, waitsFor, pending, drift }: State,
  name: StatusStyle['name'],
): readonly [string, string[]] {
  if (hold !== null) return ['✋', [`on hold since ${minute(hold.since)}${issueWords(hold.issue)}`]];
  if (unavailable !== null) return ['❓', [unavailable]];
  if (waitsUntil !== undefined) return ['⏳', [`waiting until ${waitsUntil}`]];
  if (waitsFor !== undefined)
    return ['⏳', [`waits for ${name(waitsFor.before)}${issueWords(waitsFor.issue)}${waitsFor.why}`]];
  if (pending.length > 0) return ['⏳', ['behind its branch']];
  return drift === null ? ['✅', ['up to date']] : ['⚠️', []];
}

function driftWords({ objects, since, issue }: NonNullable<State['drift']>): string {
  return `drifted in ${counted(objects.length, 'object')} since ${minute(since)}${issueWords(issue)}`;
}

function issueWords(issue: number | null): string {
  return issue === null ? '' : ` (#${issue})`;
}

function minute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
