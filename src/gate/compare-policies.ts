import type { BaselineChoice } from '../domain/baseline.ts';
import type { MigrationSettings } from '../domain/migration.ts';
import { windowWords } from '../domain/window.ts';
import type { ApprovalRule, EnvironmentPolicy, PeoplePolicy, Subject } from '../domain/policy.ts';
import {
  ageWords,
  conditionWords,
  driftWords,
  dutiesWords,
  either,
  glassWords,
  ignoredWords,
  peopleWords,
  ruleWords,
} from './policy-words.ts';
import { quoted } from './words.ts';

/** `other`: neither, or not to be told. */
export type Direction = 'stricter' | 'looser' | 'other';

/** One sentence of an environment's rules that changes. */
export interface ChangedRule {
  /** Null where there was none. */
  readonly before: string | null;
  /** Null where there would be none. */
  readonly after: string | null;
  readonly direction: Direction;
}

export interface ChangedEnvironment {
  /** Null for what goes for all of them. */
  readonly name: string | null;
  readonly rules: readonly ChangedRule[];
}

/** What new rules change of old ones, environment by environment, in plain words. Those that stay are left out. */
export function comparePolicies(
  before: readonly EnvironmentPolicy[],
  after: readonly EnvironmentPolicy[],
): readonly ChangedEnvironment[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [old, next] = [before, after].map((all) => all.find((one) => one.name === name));
    const rules = compare(old ?? null, next ?? null);
    return rules.length === 0 ? [] : [{ name, rules }];
  });
}

/** The same of where migrations are read and kept, which goes for every environment: none of it is stricter. */
export function compareSettings(
  before: MigrationSettings,
  after: MigrationSettings,
): readonly ChangedEnvironment[] {
  const [was, will] = [before, after].map(settingsSaid);
  const rules = (will ?? []).flatMap((words, at): ChangedRule[] => {
    const old = was?.[at] ?? null;
    return old === words ? [] : [{ before: old, after: words, direction: 'other' }];
  });
  return rules.length === 0 ? [] : [{ name: null, rules }];
}

function settingsSaid({
  directory,
  table,
  schema,
  decamelize,
  ignore,
}: MigrationSettings): readonly string[] {
  return [
    `read migrations from ${quoted(directory)}`,
    `keep what has run in ${quoted(`${schema}.${table}`)}`,
    ignore === null ? 'leave no file out' : `leave out files like ${quoted(ignore)}`,
    decamelize ? 'take names in camel case apart' : 'take names as they are written',
  ];
}

/** A sentence with how strict it is beside others of its kind; what cannot be compared has null. */
interface Said {
  readonly about: string;
  readonly words: string;
  /** Whether the present one is at least as strict as another of its kind; absent where a sentence more or less says it. */
  readonly isAsStrictAs?: (other: EnvironmentPolicy) => boolean;
  /** Where the other side says nothing of it: whether that it is said makes the rules stricter. */
  readonly presence: Direction;
}

function compare(old: EnvironmentPolicy | null, next: EnvironmentPolicy | null): readonly ChangedRule[] {
  const was = old === null ? [] : saidOf(old);
  const will = next === null ? [] : saidOf(next);
  const gone = was.filter(({ words }) => !will.some((one) => one.words === words));
  const come = will.filter(({ words }) => !was.some((one) => one.words === words));
  const abouts = [...new Set([...gone, ...come].map(({ about }) => about))];
  return abouts.flatMap((about) => {
    const [from, to] = [gone, come].map((all) => all.filter((one) => one.about === about));
    return pairs(from ?? [], to ?? []).map(([before, after]) => ({
      before: before?.words ?? null,
      after: after?.words ?? null,
      direction: directionOf(before, after, old, next),
    }));
  });
}

function pairs(
  from: readonly Said[],
  to: readonly Said[],
): readonly (readonly [Said | undefined, Said | undefined])[] {
  const length = Math.max(from.length, to.length);
  return Array.from({ length }, (_, at) => [from[at], to[at]] as const);
}

const opposite = { stricter: 'looser', looser: 'stricter', other: 'other' } as const;

function directionOf(
  before: Said | undefined,
  after: Said | undefined,
  old: EnvironmentPolicy | null,
  next: EnvironmentPolicy | null,
): Direction {
  if (old === null || next === null) return 'other';
  if (before === undefined) return after?.presence ?? 'other';
  if (after === undefined) return opposite[before.presence];
  const isStricter = after.isAsStrictAs?.(old) === true;
  const isLooser = before.isAsStrictAs?.(next) === true;
  if (isStricter === isLooser) return 'other';
  return isStricter ? 'stricter' : 'looser';
}

function saidOf(policy: EnvironmentPolicy): readonly Said[] {
  const { approvals, rollback, planExpires, windows, breakGlass, baseline } = policy;
  return [
    { about: 'branch', words: `is the branch ${quoted(policy.branch)}`, presence: 'other' },
    ...orderSaid(policy),
    ...promotionSaid(policy),
    ...(baseline === undefined
      ? []
      : [
          said(
            'baseline',
            baseline.kind === 'target'
              ? "starts from the target's own schema"
              : `starts from ${quoted(baseline.path)}${throughWords(baseline)}`,
            'other',
          ),
        ]),
    {
      about: 'protection',
      words: policy.protected ? 'is protected' : 'is not protected: nobody has to approve',
      presence: 'other',
      isAsStrictAs: (other) => policy.protected || !other.protected,
    },
    ...(policy.protected ? approvalsSaid(policy) : []),
    {
      about: 'rollback',
      words: `asks for ${peopleWords(rollback, 'confirmation')} of a rollback`,
      presence: 'other',
      isAsStrictAs: (other) => isAsStrict(rollback, other.rollback),
    },
    ...(planExpires === undefined
      ? []
      : [
          {
            ...said('expiry', `takes plans for ${ageWords(planExpires)}`, 'stricter'),
            isAsStrictAs: (other: EnvironmentPolicy) => planExpires <= (other.planExpires ?? Infinity),
          },
        ]),
    ...(windows === undefined ? [] : [said('windows', `is applied to ${windowWords(windows)}`, 'stricter')]),
    ...(breakGlass === undefined
      ? []
      : [
          {
            ...said('glass', glassWords(breakGlass), 'looser'),
            isAsStrictAs: (other: EnvironmentPolicy) => isAmong(breakGlass, other.breakGlass ?? []),
          },
        ]),
    ...driftSaid(policy),
    ...dutiesWords(policy).map((words) => said('duties', words, 'stricter')),
    ...(approvals.bots === undefined || !policy.protected
      ? []
      : [
          {
            ...said('bots', `counts approvals of the bots ${either(approvals.bots)}`, 'looser'),
            isAsStrictAs: (other: EnvironmentPolicy) =>
              (approvals.bots ?? []).every((bot) => other.approvals.bots?.includes(bot) === true),
          },
        ]),
  ];
}

function orderSaid({ after, goesOn }: EnvironmentPolicy): readonly Said[] {
  if (after === undefined) return [];
  return [
    said('order', `takes a change once ${quoted(after)} is through with it`, 'stricter'),
    ...(goesOn === true
      ? [said('going on', `takes it also where ${quoted(after)} is on hold`, 'looser')]
      : []),
  ];
}

function promotionSaid({ promotesFrom, soak, hotfix }: EnvironmentPolicy): readonly Said[] {
  if (promotesFrom === null) return [];
  return [
    said('promotion', `takes what has run on ${quoted(promotesFrom)} alone`, 'stricter'),
    ...(soak === undefined
      ? []
      : [
          {
            ...said('soak', `takes it ${ageWords(soak)} after that`, 'stricter'),
            isAsStrictAs: (other: EnvironmentPolicy) => soak >= (other.soak ?? 0),
          },
        ]),
    ...(hotfix === undefined
      ? []
      : [said('hotfix', `takes without that what is labelled ${quoted(hotfix.label)}`, 'looser')]),
  ];
}

function driftSaid({ drift = {} }: EnvironmentPolicy): readonly Said[] {
  const { policy, ignore = [] } = drift;
  return [
    ...(policy === undefined
      ? []
      : [
          {
            ...said('drift', driftWords(policy), policy === 'hold' ? 'stricter' : 'looser'),
            isAsStrictAs: () => policy === 'hold',
          },
        ]),
    ...ignore.map((rule) => said('ignored', ignoredWords(rule), 'looser')),
  ];
}

function throughWords({ through }: Extract<BaselineChoice, { kind: 'file' }>): string {
  return through === null ? '' : `, which stands for all up to ${quoted(through)}`;
}

function said(about: string, words: string, presence: Direction): Said {
  return { about, words, presence };
}

function approvalsSaid({ approvals }: EnvironmentPolicy): readonly Said[] {
  const { required, from, also, when = [] } = approvals;
  return [
    ...(required === 0
      ? []
      : [
          {
            ...said('approvals', `asks for ${peopleWords({ required, from }, 'approval')}`, 'stricter'),
            isAsStrictAs: (other: EnvironmentPolicy) => isAsStrict({ required, from }, other.approvals),
          },
        ]),
    ...(also === undefined
      ? []
      : apart(also).map((rule) => said('also', `asks for ${ruleWords(rule)} as well`, 'stricter'))),
    ...when.map(({ when: condition, rule }) =>
      said('when', `asks for ${ruleWords(rule)} where ${conditionWords(condition)}`, 'stricter'),
    ),
  ];
}

function apart(rule: ApprovalRule): readonly ApprovalRule[] {
  return rule.kind === 'all' && !rule.different ? rule.rules.flatMap(apart) : [rule];
}

/** As many or more, of the same people or fewer. */
function isAsStrict(one: PeoplePolicy, other: PeoplePolicy): boolean {
  if (other.required === 0) return true;
  return one.required >= other.required && isAmong(one.from, other.from);
}

function isAmong(some: readonly Subject[], all: readonly Subject[]): boolean {
  const keys = new Set(all.map((subject) => JSON.stringify(subject).toLowerCase()));
  return some.every((subject) => keys.has(JSON.stringify(subject).toLowerCase()));
}
