import type { BaselineChoice } from './baseline.ts';
import type { DriftPolicy } from './drift.ts';
import type { ReversibilityVerdict } from './plan.ts';
import type { Severity } from './severity.ts';

/** Roles as in GitHub's `role_name`, from least to most. */
export const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether `role` gives at least the rights of `floor`; `none` and custom roles do not. */
export function roleAtLeast(role: string, floor: Role): boolean {
  const found = roles.findIndex((known) => known === role);
  return found >= roles.indexOf(floor);
}

/** Whose approval counts, or who may do a thing. */
export type Subject =
  | { readonly kind: 'user'; readonly login: string }
  /** `slug` of a team of the repository's organisation. */
  | { readonly kind: 'team'; readonly organisation: string; readonly slug: string }
  | { readonly kind: 'role'; readonly role: 'write' | 'maintain' | 'admin' }
  /** Whom CODEOWNERS names for the migrations' paths; each path needs its own. */
  | { readonly kind: 'code-owners' };

export type TeamSubject = Extract<Subject, { kind: 'team' }>;

/** So many of these people have to agree. */
export interface PeopleRule {
  readonly kind: 'people';
  readonly required: number;
  /** Any of these; never empty where `required` is over 0. */
  readonly from: readonly Subject[];
}

/** What has to be agreed to, as a tree. */
export type ApprovalRule =
  | PeopleRule
  /** Each of them; where `different` nobody counts for two of them. */
  | { readonly kind: 'all'; readonly rules: readonly ApprovalRule[]; readonly different: boolean }
  | { readonly kind: 'any'; readonly rules: readonly ApprovalRule[] };

/** What a change has to be like; everything that is given has to be so, and of each list one is enough. */
export interface Condition {
  /** A hazard at or over it, waived or not. */
  readonly hazard?: Severity;
  /** Hazards by the id of their rule. */
  readonly rules?: readonly string[];
  /** Patterns of `schema.table` with `*`. */
  readonly tables?: readonly string[];
  /** Patterns of schemas with `*`. */
  readonly schemas?: readonly string[];
  /** A table that it touches holds more rows than that. */
  readonly rowsOver?: number;
  /** Patterns as in .gitignore. */
  readonly paths?: readonly string[];
  readonly labels?: readonly string[];
  readonly authorTeams?: readonly Extract<Subject, { kind: 'team' }>[];
  readonly reversibility?: readonly ReversibilityVerdict[];
  /** First words of commands, as in `DROP` or `DROP TABLE`. */
  readonly statements?: readonly string[];
}

/** What is needed beside the rest where a change is like that. */
export interface ConditionalRule {
  readonly when: Condition;
  readonly rule: ApprovalRule;
}

export interface ApprovalPolicy {
  readonly required: number;
  /** Any of these; never empty where `required` is over 0. */
  readonly from: readonly Subject[];
  /** What has to hold beside it. */
  readonly also?: ApprovalRule;
  readonly when?: readonly ConditionalRule[];
  /** Bots whose approvals count where they are otherwise among those asked. */
  readonly bots?: readonly string[];
}

/** Hours of some days of the week in which migrations are applied. */
export interface ApplyWindow {
  /** 1 is Monday, 7 Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight in `zone`. */
  readonly from: number;
  /** Up to 1,440; the window ends before this minute. */
  readonly to: number;
  /** IANA name of a time zone. */
  readonly zone: string;
}

/** What one person must not do twice in one change. */
export interface SeparateDuties {
  /** Who approved does not merge: the approval of who merged does not count. */
  readonly approvingAndMerging: boolean;
  /** Who wrote it does not confirm its rollback. */
  readonly writingAndConfirming: boolean;
}

/** What may be brought straight to an environment that is promoted to. */
export interface HotfixPolicy {
  /** Of the pull request. What it asks for beside the rest stands among the approvals' conditions. */
  readonly label: string;
}

/** How promotion pull requests to an environment come about. */
export interface PromotionPolicy {
  /** Whether one is opened by itself once something has run in the environment below and is ready. */
  readonly automatic: boolean;
  /** Where all is ready: the branch below as it is, with all other files that it has; or just the migrations. */
  readonly carries: 'branch' | 'migrations';
}

/** An environment as the two files together say, the server's floor already laid under it. */
export interface EnvironmentPolicy {
  readonly name: string;
  readonly branch: string;
  /** The environment of the same branch that takes each change before this one; absent where none does. */
  readonly after?: string;
  /** Whether it takes a change also where the one before it is on hold; absent where it does not. */
  readonly goesOn?: boolean;
  /** The other environments of its branch; absent where it has the branch alone. */
  readonly beside?: readonly string[];
  readonly protected: boolean;
  /** The environment where migrations have to have run before; null where they have not. */
  readonly promotesFrom: string | null;
  /** How long they have to have stood there, in milliseconds; absent where they have not. */
  readonly soak?: number;
  /** Absent where they are opened by `/promote` alone, as the usual ones. */
  readonly promotion?: PromotionPolicy;
  /** Absent where nothing may come another way. */
  readonly hotfix?: HotfixPolicy;
  readonly approvals: ApprovalPolicy;
  /** Confirmations that a rollback needs from others than who asked. */
  readonly rollback: PeoplePolicy;
  /** Absent where its migrations replay from nothing. */
  readonly baseline?: BaselineChoice | undefined;
  /** How long a plan may be approved by, in milliseconds; absent where it does not grow old. */
  readonly planExpires?: number;
  /** Absent where migrations are applied at any time. */
  readonly windows?: readonly ApplyWindow[];
  /** Who may have a change applied out of its window or without its approvals; absent where nobody may. */
  readonly breakGlass?: readonly Subject[];
  readonly separate?: SeparateDuties;
  /** What it does about drift; what is absent follows from whether it is protected. */
  readonly drift?: Partial<DriftPolicy>;
}

/** So many of these people. */
export type PeoplePolicy = Pick<PeopleRule, 'required' | 'from'>;

/** Everybody who can have a say under a rule, each once. */
export function subjectsOf(rule: ApprovalRule): readonly Subject[] {
  if (rule.kind !== 'people') return distinct(rule.rules.flatMap(subjectsOf));
  return rule.required > 0 ? rule.from : [];
}

/** All that an environment can ask for, whatever the change. */
export function rulesOf({ required, from, also, when = [] }: ApprovalPolicy): readonly ApprovalRule[] {
  return [
    { kind: 'people', required, from },
    ...(also === undefined ? [] : [also]),
    ...when.map(({ rule }) => rule),
  ];
}

/** Everybody who can have a say in an environment's approvals, whatever the change. */
export function approversOf(approvals: ApprovalPolicy): readonly Subject[] {
  const subjects = distinct(rulesOf(approvals).flatMap(subjectsOf));
  return subjects.length === 0 ? approvals.from : subjects;
}

/** Everybody whom an environment names for anything. */
export function whoHasASay({ approvals, rollback, breakGlass = [] }: EnvironmentPolicy): readonly Subject[] {
  return distinct([...approversOf(approvals), ...rollback.from, ...breakGlass]);
}

/** Whom every list names in the same words: whether somebody is in a team as well is not known here. */
export function subjectsInEach(lists: readonly (readonly Subject[])[]): readonly Subject[] {
  const [first = new Map<string, Subject>(), ...others] = lists.map(byKey);
  return [...first].flatMap(([key, subject]) => (others.every((list) => list.has(key)) ? [subject] : []));
}

/** Each once, in whatever case it is written. */
export function distinct(subjects: readonly Subject[]): readonly Subject[] {
  return [...byKey(subjects).values()];
}

function byKey(subjects: readonly Subject[]): ReadonlyMap<string, Subject> {
  return new Map(subjects.map((subject) => [JSON.stringify(subject).toLowerCase(), subject]));
}
