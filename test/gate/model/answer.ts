import { matches } from './matches.ts';
import { ownersAt } from './owned.ts';
import { rank, riskOf, wouldRun, type Said, type Scene } from './scene.ts';
import type { WrittenRule } from './written-policy.ts';

/** Why the model says so: each has to come up in a run that shows anything. */
export const whys = [
  'red',
  'nothing to run',
  'on hold',
  'not protected',
  'glass broken',
  'expired',
  'commits unknown',
  'changes requested',
  'enough',
  'too few',
] as const;

export interface Answer {
  /** `unsaid` where the words of the documentation leave it open. */
  readonly is: 'allowed' | 'forbidden' | 'unsaid';
  readonly why: (typeof whys)[number];
}

/** How to read what the words leave open. */
interface Reading {
  /** Whether an older approval of this plan counts beside a newer one of another. */
  readonly older: boolean;
  /** Whether a request for changes stands again once the approval after it is dismissed. */
  readonly again: boolean;
}

/**
 * Whether a change may run, by the words of docs/gate.md alone. It knows what happened, not what the service
 * makes of it, and tries all ways to give people their rules, where the service counts.
 */
export function answer(scene: Scene): Answer {
  return beforeApprovals(scene) ?? byApprovals(scene);
}

/** What is decided whoever approved; null where it is up to the approvals. */
function beforeApprovals(scene: Scene): Answer | null {
  const { change, isHeld, endsHold } = scene;
  if (change.isRed) return forbidden('red');
  if (change.steps === 0 && !change.changesRules) return allowed('nothing to run');
  if (isHeld && !endsHold && change.steps > 0) return forbidden('on hold');
  if (!isProtected(scene)) return allowed('not protected');
  if (scene.brokeGlass !== null) {
    return scene.isExpired ? { is: 'unsaid', why: 'glass broken' } : allowed('glass broken');
  }
  return scene.isExpired ? forbidden('expired') : null;
}

function byApprovals(scene: Scene): Answer {
  const rules = rulesFor(scene);
  if (!scene.areCommitsListed) {
    const isAsked = rules.some((rule) => !canBeMet(rule, [], scene));
    return isAsked ? forbidden('commits unknown') : { is: 'unsaid', why: 'commits unknown' };
  }
  const who = [...new Set(scene.said.map(({ by }) => by))].filter((login) => hasSay(login, scene, rules));
  const readings = [false, true].flatMap((older) => [false, true].map((again) => ({ older, again })));
  const answers = readings.map((reading) => underReading(scene, rules, who, reading));
  const [first] = answers;
  if (first === undefined) throw new Error('there is no reading');
  return answers.every(({ is }) => is === first.is) ? first : { ...first, is: 'unsaid' };
}

function underReading(
  scene: Scene,
  rules: readonly WrittenRule[],
  who: readonly string[],
  reading: Reading,
): Answer {
  if (who.some((login) => hasAsked(login, scene, reading))) return forbidden('changes requested');
  const counting = who.filter(
    (login) => hasApproved(login, scene, reading) && !tookPart(login, scene) && !isMerger(login, scene),
  );
  return rules.every((rule) => canBeMet(rule, counting, scene)) ? allowed('enough') : forbidden('too few');
}

function allowed(why: Answer['why']): Answer {
  return { is: 'allowed', why };
}

function forbidden(why: Answer['why']): Answer {
  return { is: 'forbidden', why };
}

function isProtected({ written, base }: Scene): boolean {
  const { policy, floor } = written[base] ?? { policy: {}, floor: null };
  return policy.protected !== false || floorOf(floor) > 0;
}

function floorOf(
  floor: { protected?: boolean; approvals?: number; from?: readonly string[] } | null,
): number {
  if (floor === null) return 0;
  const atLeast = floor.protected === true || floor.from !== undefined ? 1 : 0;
  return Math.max(floor.approvals ?? 0, atLeast);
}

/** All that is asked of this change. */
function rulesFor(scene: Scene): readonly WrittenRule[] {
  const { policy, floor } = scene.written[scene.base] ?? { policy: {}, floor: null };
  const { from = ['role:write'], required, all, any, different_people, when = [] } = policy.approvals ?? {};
  const hasLists = all !== undefined || any !== undefined;
  const asked = required ?? (hasLists && policy.approvals?.from === undefined ? 0 : 1);
  const own: WrittenRule[] = policy.protected === false ? [] : [{ required: asked, from }];
  if (all !== undefined) own.push({ all, ...(different_people === undefined ? {} : { different_people }) });
  if (any !== undefined) own.push({ any });
  const { bringsWaiver, changesRules } = scene.change;
  const isStrict = bringsWaiver || changesRules;
  const more = when
    .filter((one) => isStrict || matches(one, scene))
    .map((one): WrittenRule => (one.all === undefined && one.any === undefined ? { from, ...one } : one));
  const least = floorOf(floor);
  return [...own, ...more, ...(least === 0 ? [] : [{ required: least, from: floor?.from ?? from }])];
}

/** Whether these people can meet a rule, in any way at all. */
function canBeMet(rule: WrittenRule, people: readonly string[], scene: Scene): boolean {
  const { required, from, all, any, different_people: isApart = false } = rule;
  const hasLists = all !== undefined || any !== undefined;
  const count = required ?? (hasLists && from === undefined ? 0 : 1);
  const isCounted = countsFrom(from ?? []).every(
    (subjects) => people.filter((login) => subjects(login, scene)).length >= count,
  );
  if (count > 0 && !isCounted) return false;
  if (any !== undefined && !any.some((one) => canBeMet(one, people, scene))) return false;
  if (all === undefined) return true;
  return isApart
    ? canShare(
        all.flatMap((one) => byPath(one, scene)),
        people,
        scene,
      )
    : all.every((one) => canBeMet(one, people, scene));

  /** Each path has to have enough of its owners, or of who is named beside the owners. */
  function countsFrom(names: readonly string[]): readonly ((login: string, scene: Scene) => boolean)[] {
    if (!names.includes('code-owners')) return [(login) => names.some((name) => isOf(login, name, scene))];
    return scene.change.paths.map(
      (path) => (login: string) => [...names, ...ownersAt(path)].some((name) => isOf(login, name, scene)),
    );
  }
}

/** Where people have to differ, the owners of each path are asked by a rule of their own. */
function byPath(rule: WrittenRule, { change }: Scene): readonly WrittenRule[] {
  const { required = 1, from = [] } = rule;
  if (!from.includes('code-owners')) return [rule];
  const lists = change.paths.map((path) => [
    ...new Set([...from.filter((name) => name !== 'code-owners'), ...ownersAt(path)]),
  ]);
  const distinct = new Map(lists.map((names) => [names.toSorted().join(' '), names]));
  return [...distinct.values()].map((names) => ({ required, from: names }));
}

/** Whether people can be given to rules so that each is met and nobody is given to two. */
function canShare(rules: readonly WrittenRule[], people: readonly string[], scene: Scene): boolean {
  const [first, ...rest] = rules;
  if (first === undefined) return true;
  for (let chosen = 0; chosen < 2 ** people.length; chosen += 1) {
    const isChosen = (index: number): boolean => Math.floor(chosen / 2 ** index) % 2 === 1;
    const here = people.filter((_, index) => isChosen(index));
    const left = people.filter((_, index) => !isChosen(index));
    if (canBeMet(first, here, scene) && canShare(rest, left, scene)) return true;
  }
  return false;
}

/** Whether a login is whom a rule names, and may write on the repository; a bot is trusted by its name. */
export function isOf(login: string, name: string, { people }: Scene): boolean {
  const { role = 'none', teams = [], isBot = false } = people[login] ?? {};
  if (!isBot && !['write', 'maintain', 'admin'].includes(role)) return false;
  if (name.startsWith('@acme/')) return teams.includes(name.slice('@acme/'.length));
  if (name === 'role:write') return ['write', 'maintain', 'admin'].includes(role);
  if (name === 'role:maintain') return ['maintain', 'admin'].includes(role);
  if (name === 'role:admin') return role === 'admin';
  return login.toLowerCase() === name.toLowerCase();
}

/**
 * Whether they can have a say: a person, or a bot that the policy names, whom it asks. Who took part can ask for
 * changes all the same: naming somebody as a co-author must not take their word away.
 */
function hasSay(login: string, scene: Scene, rules: readonly WrittenRule[]): boolean {
  const bots = scene.written[scene.base]?.policy.approvals?.bots ?? [];
  if (scene.people[login]?.isBot === true && !bots.includes(login)) return false;
  return rules.some((rule) => isAsked(login, rule, scene));
}

/** Whether they merged it where that is not for who approves. */
function isMerger(login: string, { written, base, mergedBy }: Scene): boolean {
  return written[base]?.policy.separate?.approving_and_merging === true && mergedBy === login;
}

/** Opened, wrote, committed, is named beside who wrote, or pushed last. */
function tookPart(login: string, { author, commits, pushedBy }: Scene): boolean {
  const inCommits = commits
    .filter(({ isUpdate }) => !isUpdate)
    .some((commit) => [commit.author, commit.committer, ...commit.coAuthors].includes(login));
  return login === author || inCommits || login === pushedBy;
}

function isAsked(login: string, rule: WrittenRule, scene: Scene): boolean {
  const { required, from = [], all = [], any = [] } = rule;
  const here =
    required !== 0 &&
    from.some((name) =>
      name === 'code-owners'
        ? scene.change.paths.some((path) => ownersAt(path).some((owner) => isOf(login, owner, scene)))
        : isOf(login, name, scene),
    );
  return here || [...all, ...any].some((one) => isAsked(login, one, scene));
}

function hasApproved(login: string, scene: Scene, { older }: Reading): boolean {
  const words = scene.said.filter(({ by, what }) => by === login && what !== 'commented');
  const isGood = ({ what, isDismissed, of, risk }: Said): boolean =>
    what === 'approved' && !isDismissed && of === wouldRun(scene) && rank(risk) >= rank(riskOf(scene.change));
  const last = words.at(-1);
  if (last === undefined) return false;
  if (isGood(last)) return true;
  // Only what nothing but newer approvals followed can still be meant.
  const since = words.findLastIndex(({ what, isDismissed }) => what !== 'approved' || isDismissed);
  return older && words.slice(since + 1).some(isGood);
}

/** Whether a request for changes of theirs stands: they have not approved since, and it is not dismissed. */
function hasAsked(login: string, { said }: Scene, { again }: Reading): boolean {
  const words = said.filter(({ by }) => by === login);
  const ended = words.findLastIndex(
    ({ what, isDismissed }) => what === 'approved' && (!again || !isDismissed),
  );
  return words.slice(ended + 1).some(({ what, isDismissed }) => what === 'changes-requested' && !isDismissed);
}
