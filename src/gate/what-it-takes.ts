import type { Decision, GateFacts, Person } from '../domain/gate.ts';
import type { ApprovalRule, PeopleRule, Subject } from '../domain/policy.ts';
import { decide } from './decide.ts';
import { isAnyOf, isBotLogin, isSameLogin } from './rights.ts';
import { weighFacts } from './weigh-facts.ts';
import { countsWords, weighRule } from './weigh-rule.ts';
import { anyOf, counted, teamName } from './words.ts';

/** Members of teams by `organisation/slug` in small letters; null for a team that nobody could be asked about. */
export type Rosters = ReadonlyMap<string, readonly string[] | null>;

/** One thing that is missing before a change is let through. */
export interface Lack {
  readonly wanted: string;
  readonly found: string;
  /** Words that follow "since"; null for what always holds. */
  readonly since: string | null;
  /** Who could bring it, in words. */
  readonly who: string;
  /** Those of them who are known by name, without who wrote the change or has agreed already. */
  readonly names: readonly string[];
  /** Ways of which one is enough; empty where there is only this one. */
  readonly oneOf: readonly Lack[];
}

/** The teams whose members could bring something, each once. */
export function teamsAsked(facts: GateFacts): readonly Extract<Subject, { kind: 'team' }>[] {
  const teams = weighFacts(facts)
    .requirements.flatMap(({ rule }) => peopleRules(rule))
    .flatMap(({ from }) => from)
    .filter((subject) => subject.kind === 'team');
  return [...new Map(teams.map((team) => [teamName(team), team])).values()];
}

/** All that is missing; empty where the change is let through. Pure, as the decision is. */
export function whatItTakes(facts: GateFacts, rosters: Rosters): readonly Lack[] {
  const decision = decide(facts);
  if (decision.status === 'allowed') return [];
  const { policy, problems, hold, endsHold } = facts;
  if (problems.length > 0 || !policy.protected || (hold !== null && !endsHold && facts.stepCount > 0)) {
    return [asked(decision, decision.who ?? '')];
  }
  const { requirements, approvers } = weighFacts(facts);
  const room: Room = { facts, rosters, approvers };
  return [
    ...requested(decision),
    ...(facts.contributorsComplete ? [] : [unknownAuthors]),
    ...(facts.expiredAt === null ? [] : [oldPlan]),
    ...requirements.flatMap(({ rule, since }) => lacksOf(rule, since, room)),
  ];
}

interface Room {
  readonly facts: GateFacts;
  readonly rosters: Rosters;
  readonly approvers: readonly Person[];
}

function asked({ wanted, found, message }: Decision, who: string): Lack {
  return { wanted: wanted ?? message, found: found ?? '', since: null, who, names: [], oneOf: [] };
}

/** Of each request for changes that stands. */
function requested({ code, children }: Decision): readonly Lack[] {
  if (code !== 'changes-requested') return [];
  return children
    .filter((child) => child.code === 'changes-requested')
    .map((child) => asked(child, child.who ?? ''));
}

const unknownAuthors: Lack = {
  wanted: 'fewer commits than GitHub stops listing at, so that it is known who wrote this',
  found: 'more',
  since: null,
  who: 'who wrote it, by squashing or splitting its branch',
  names: [],
  oneOf: [],
};

const oldPlan: Lack = {
  wanted: 'a plan that is not too old',
  found: 'one that is',
  since: null,
  who: 'who wrote it, by `/plan`',
  names: [],
  oneOf: [],
};

function lacksOf(rule: ApprovalRule, since: string | null, room: Room): readonly Lack[] {
  if (weighRule(rule, room.approvers, null).status === 'allowed') return [];
  switch (rule.kind) {
    case 'people':
      return [lackOfPeople(rule, since, room)];
    case 'any': {
      const oneOf = rule.rules.flatMap((one) => lacksOf(one, null, room));
      return [{ wanted: 'one of these', found: 'none', since, who: '', names: [], oneOf }];
    }
    case 'all': {
      const lacks = rule.rules.flatMap((one) => lacksOf(one, since, room));
      return lacks.length > 0 ? lacks : [lackOfOthers(rule, since, room)];
    }
  }
}

function lackOfPeople({ required, from }: PeopleRule, since: string | null, room: Room): Lack {
  const counting = room.approvers.filter((person) => isAnyOf(person, from)).length;
  return {
    wanted: `${counted(required, 'approval')} from ${anyOf(from)}`,
    found: countsWords(counting),
    since,
    who: anyOf(from),
    names: namesOf(from, room),
    oneOf: [],
  };
}

/** Each part is met, but by people who would count twice. */
function lackOfOthers(rule: ApprovalRule, since: string | null, room: Room): Lack {
  const from = peopleRules(rule).flatMap((one) => one.from);
  return {
    wanted: 'different people for each of these, so one more',
    found: 'somebody who counts for two of them',
    since,
    who: anyOf(from),
    names: namesOf(from, room),
    oneOf: [],
  };
}

function peopleRules(rule: ApprovalRule): readonly PeopleRule[] {
  return rule.kind === 'people' ? [rule] : rule.rules.flatMap(peopleRules);
}

function namesOf(from: readonly Subject[], { facts, rosters, approvers }: Room): readonly string[] {
  const { contributors, mergedBy, policy } = facts;
  const barred = [
    ...contributors.map(({ login }) => login),
    ...approvers.map(({ login }) => login),
    ...(policy.separate?.approvingAndMerging === true && mergedBy !== null ? [mergedBy] : []),
  ];
  const named = from.flatMap((subject): readonly string[] => {
    if (subject.kind === 'user') return [subject.login];
    return subject.kind === 'team' ? (rosters.get(teamName(subject)) ?? []) : [];
  });
  const bots = policy.approvals.bots ?? [];
  return [...new Map(named.map((login) => [login.toLowerCase(), login])).values()]
    .filter((login) => !barred.some((other) => isSameLogin(other, login)))
    .filter((login) => !isBotLogin(login) || bots.some((bot) => isSameLogin(bot, login)))
    .sort();
}
