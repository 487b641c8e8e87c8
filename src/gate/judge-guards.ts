import { checkNames, type BranchGuards, type Bypass, type Guard } from '../domain/branch-guards.ts';
import { quoted } from './words.ts';

/** One thing about how GitHub guards a branch that is not as it has to be. */
export interface GuardFinding {
  /** `unknown`: it may be as it should, but the App may not look. `hidden`: only who may pass it by is not told. */
  readonly weight: 'missing' | 'unknown' | 'hidden' | 'advice';
  /** What was expected and what was found, in a sentence. */
  readonly what: string;
  /** What to do. */
  readonly mend: string;
}

/**
 * Whether GitHub lets anything past Tidegate onto a protected environment's branch: both checks required from this App
 * and no other, nobody who may pass that by, no force pushes, no deletion. Pure. What could not be looked at is
 * never taken as fine.
 */
export function judgeGuards(
  { name, branch }: { readonly name: string; readonly branch: string },
  found: BranchGuards,
): readonly GuardFinding[] {
  const verdicts = wishesOf(name, found.appId).map((wish) => ({ wish, verdict: verdictOf(wish, found) }));
  const groups = new Map<string, { verdict: Verdict; wishes: Wish[] }>();
  for (const { wish, verdict } of verdicts) {
    if (verdict === null) continue;
    const key = `${verdict.weight} ${verdict.why}`;
    const group = groups.get(key) ?? { verdict, wishes: [] };
    group.wishes.push(wish);
    groups.set(key, group);
  }
  const grouped = [...groups.values()].map(({ verdict, wishes }): GuardFinding => ({
    weight: verdict.weight,
    what: `On ${quoted(branch)}, ${listed(wishes.map(({ words }) => words))}: ${verdict.why}.`,
    mend: verdict.mend,
  }));
  return [...grouped, ...found.guards.filter(({ dismissesStale }) => dismissesStale).map(dismissing)];
}

/** Whether something is amiss that who merges should know; that GitHub does not tell who may pass by is not. */
export function isAmiss({ weight }: GuardFinding): boolean {
  return weight === 'missing' || weight === 'unknown';
}

interface Wish {
  readonly words: string;
  readonly isMetBy: (guard: Guard) => boolean;
  /** Why a guard that has to do with it does not meet it; null where it has nothing to do with it. */
  readonly almost: (guard: Guard) => string | null;
  readonly unmet: string;
}

interface Verdict {
  readonly weight: GuardFinding['weight'];
  readonly why: string;
  readonly mend: string;
}

function wishesOf(environment: string, appId: number): readonly Wish[] {
  const checks = checkNames(environment).map((context): Wish => ({
    words: quoted(context),
    isMetBy: ({ checks: required }) =>
      required.some((check) => check.context === context && check.appId === appId),
    almost: ({ checks: required }) => {
      const check = required.find((one) => one.context === context);
      if (check === undefined) return null;
      return check.appId === null
        ? 'required from any App, so that another one could report it'
        : `required from the App ${check.appId}, and this one is ${appId}`;
    },
    unmet: 'not required',
  }));
  return [
    ...checks,
    {
      words: 'force pushes',
      isMetBy: ({ blocksForcePushes }) => blocksForcePushes,
      almost: () => null,
      unmet: 'not blocked',
    },
    {
      words: 'deletion',
      isMetBy: ({ blocksDeletions }) => blocksDeletions,
      almost: () => null,
      unmet: 'not blocked',
    },
  ];
}

/** Null where the wish is met by a guard that nobody may pass by. */
function verdictOf(wish: Wish, { guards, unread, appId }: BranchGuards): Verdict | null {
  const meeting = guards.filter(wish.isMetBy).map((guard) => ({ guard, by: passersOf(guard, appId) }));
  if (meeting.some(({ by }) => by?.length === 0)) return null;
  const hidden = meeting.find(({ by }) => by === null);
  if (hidden !== undefined) return whoPasses(hidden.guard);
  const [gap] = unread;
  if (gap !== undefined) return notSeen(unread);
  const [passable] = meeting;
  if (passable !== undefined) return passedBy(passable.guard, passable.by ?? []);
  const almost = guards.map(wish.almost).find((why) => why !== null);
  return { weight: 'missing', why: almost ?? wish.unmet, mend: makeRuleset };
}

const makeRuleset =
  'Make the ruleset that `tidegate doctor --repository` prints, or have it made by `--fix`.';

/** The App itself pushes nothing to an environment's branch. */
function passersOf({ passedBy: bypasses }: Guard, appId: number): readonly Bypass[] | null {
  return bypasses?.filter(({ kind, id }) => kind !== 'app' || id !== appId) ?? null;
}

function whoPasses(guard: Guard): Verdict {
  return {
    weight: 'hidden',
    why: `asked for by ${nameOf(guard)}, and who may pass that by could not be looked at: GitHub tells it to an App with administration: write alone`,
    mend: `Look at the bypass list of ${nameOf(guard)} in the repository's settings: nobody should be on it.`,
  };
}

function notSeen(unread: BranchGuards['unread']): Verdict {
  const gaps = unread.map(({ what, needs }) => `${what} could not be looked at: ${needs}`);
  return {
    weight: 'unknown',
    why: `not known, since ${gaps.join('; ')}`,
    mend: 'Give the App what it needs, and accept that for its installation.',
  };
}

function passedBy(guard: Guard, by: readonly Bypass[]): Verdict {
  const who = listed([...new Set(by.map(bypassWords))]);
  return {
    weight: 'missing',
    why: `asked for by ${nameOf(guard)}, which ${who} may pass by`,
    mend:
      guard.kind === 'protection'
        ? 'Turn on “Do not allow bypassing the above settings”, or have a ruleset ask for it as well (`--fix`).'
        : `Take them off the bypass list of ${nameOf(guard)}, or have another ruleset ask for it as well (\`--fix\`).`,
  };
}

function dismissing(guard: Guard): GuardFinding {
  return {
    weight: 'advice',
    what: `GitHub dismisses approvals at every push, by ${nameOf(guard)}; Tidegate's are bound to the SQL and stand while that stays the same.`,
    mend: 'Turn “Dismiss stale pull request approvals when new commits are pushed” off there.',
  };
}

function nameOf({ kind, name }: Guard): string {
  return kind === 'protection' ? 'the branch protection' : `the ruleset ${quoted(name)}`;
}

/** GitHub's ids of the roles that a bypass list can name (REST, "Repository rules"). */
const roleNames: ReadonlyMap<number | null, string> = new Map([
  [2, 'who may maintain'],
  [4, 'who may write'],
  [5, 'administrators'],
]);

/** Who may pass a guard by, in words. */
export function bypassWords({ kind, id }: Bypass): string {
  switch (kind) {
    case 'administrators':
      return 'administrators';
    case 'organisation-owners':
      return 'owners of the organisation';
    case 'role':
      return roleNames.get(id) ?? `the role ${id ?? ''}`;
    case 'team':
      return `the team ${id ?? ''}`;
    case 'app':
      return `the App ${id ?? ''}`;
    case 'user':
      return `the user ${id ?? ''}`;
    case 'deploy-keys':
      return 'deploy keys';
  }
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
