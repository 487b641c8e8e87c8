import type { Problem } from '../domain/problem.ts';
import type { HistoryInput } from './history-input.ts';
import { listed } from './names-in-words.ts';

/** What is wrong with the target's history itself, before any step is looked at. */
export function checkActual(input: HistoryInput, removes: readonly string[]): readonly Problem[] {
  const names = input.actual.map(({ name }) => name);
  return [...unknownNames(names, input), ...repeatedNames(names), ...wrongOrder(names, input, removes)];
}

function unknownNames(names: readonly string[], { desired, base }: HistoryInput): readonly Problem[] {
  const known = new Set([...desired, ...base].map(({ name }) => name));
  const unknown = [...new Set(names)].filter((name) => !known.has(name));
  if (unknown.length === 0) return [];
  const message =
    `The target's history names migrations that are neither on the base branch nor in this change: ${listed(unknown)}. ` +
    'They ran from elsewhere: another branch, a folder of another name, or files deleted since. ' +
    'Commit those files unchanged; or correct the migrations directory in the configuration; or, where it is ' +
    "the wrong database, correct its address in the server's configuration.";
  return [{ code: 'history-unknown', message }];
}

function repeatedNames(names: readonly string[]): readonly Problem[] {
  const seen = new Set<string>();
  const repeated = [...new Set(names.filter((name) => seen.has(name) || !seen.add(name)))];
  if (repeated.length === 0) return [];
  const message =
    `The target's history was expected to name each migration once, and names these more often: ${listed(repeated)}. ` +
    "Find out whether they ran twice, and delete the surplus rows from node-pg-migrate's table.";
  return [{ code: 'duplicate-version', message }];
}

/** Whether the CLI's order check would fail on what has run already, whatever this change does. */
function wrongOrder(
  names: readonly string[],
  input: HistoryInput,
  removes: readonly string[],
): readonly Problem[] {
  const known = new Set([...input.desired, ...input.base].map(({ name }) => name));
  const staying = names.filter((name) => known.has(name) && !removes.includes(name));
  const at = staying.findIndex((name, index) => {
    const previous = staying[index - 1];
    return previous !== undefined && input.compare(previous, name) > 0;
  });
  const [previous, name] = [staying[at - 1], staying[at]];
  if (previous === undefined || name === undefined) return [];
  const message =
    `In the target's history ${name} ran after ${previous}, though it sorts before it: node-pg-migrate's order check fails on that. ` +
    'Correct `run_on` of these rows in its table so that they follow the order of the names, and plan again.';
  return [{ code: 'out-of-order', message }];
}
