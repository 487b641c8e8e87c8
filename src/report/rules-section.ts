import { clip } from './escape/reveal.ts';
import { listed } from './listed.ts';
import type { Room } from './room.ts';
import type { RulesView } from './rules-view.ts';
import { counted, quoted } from './words.ts';

/** So many pull requests are named of each kind: each name leaves a line on that pull request. */
const named = 10;

const marks = { stricter: '🔒 stricter', looser: '🔓 looser', other: '↔️ otherwise' } as const;

/** The section of a comment that says what other rules would mean. */
export function rulesSection({ environments, past }: RulesView, room: Room): object {
  const rows = environments.flatMap(({ name, rules }) =>
    rules.map(({ before, after, direction }) => ({
      mark: marks[direction],
      environment: name === null ? 'all of them' : quoted(clip(name, room.text)),
      before: clip(before ?? '–', room.text),
      after: clip(after ?? '–', room.text),
    })),
  );
  return { changes: listed(rows, room), past: pastLines(past) };
}

function pastLines(past: RulesView['past']): readonly string[] {
  const { looked, notKnown } = past;
  if (looked === 0) return ['No merged pull request is known yet that these rules could be tried on.'];
  const groups = [
    lineOf(past.wouldWait, looked, 'would have had to wait'),
    lineOf(past.wouldPass, looked, 'would have been let through that are not now'),
    lineOf(past.askedMore, looked, 'would have been asked for more approvals'),
    lineOf(past.askedFewer, looked, 'would have needed fewer approvals'),
  ].flat();
  const unknown =
    notKnown === 0
      ? []
      : [
          `Of ${notKnown} of ${looked} it cannot be said from what was noted: \`tidegate gate --last ${looked} --policy FILE\` asks GitHub.`,
        ];
  const whole = `The last ${counted(looked, 'merged pull request')} that something of was to run ${looked === 1 ? 'was' : 'were'} looked at.`;
  const none = groups.length === 0 ? ['None is known to have been decided otherwise.'] : groups;
  return [whole, ...none, ...unknown];
}

/** Numbers are GitHub's own, and so need no escaping. */
function lineOf(numbers: readonly number[], looked: number, what: string): readonly string[] {
  if (numbers.length === 0) return [];
  const shown = numbers.slice(0, named).map((number) => `#${number}`);
  const left = numbers.length - shown.length;
  return [
    `${numbers.length} of ${looked} ${what}: ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`,
  ];
}
