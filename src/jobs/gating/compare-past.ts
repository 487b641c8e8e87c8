import type { GateFacts, Person } from '../../domain/gate.ts';
import type { Plan } from '../../domain/plan.ts';
import { approversOf, type EnvironmentPolicy, type Subject } from '../../domain/policy.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { approvalsAsked } from '../../gate/approvals-asked.ts';
import { decide } from '../../gate/decide.ts';
import { teamName } from '../../gate/words.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import type { PastDecision } from '../../ports/record-rows.ts';
import { asksForOwners } from './code-owners.ts';
import { authorTeamsAsked, isAsked, traitsOfPlan } from './change-traits.ts';
import { readNotedFacts, type NotedFacts } from './noted-facts.ts';
import type { Tools } from '../tools.ts';

/** How two policies decide one merged pull request. */
export type Compared = 'same' | 'not-known' | 'would-wait' | 'would-pass' | 'asked-more' | 'asked-fewer';

/** Of so many people at most GitHub is asked which teams they are of. */
const peopleAsked = 10;

/** Looks up what people may do, once each, and no more than so many of them. */
export interface FewPeople {
  /** Null where too many have been asked about. */
  of(login: string, subjects: readonly Subject[]): Promise<Person | null>;
}

export function fewPeople(host: CodeHost): FewPeople {
  const known = new Map<string, Promise<Person>>();
  return {
    async of(login, subjects) {
      const key = JSON.stringify([login.toLowerCase(), subjects]);
      if (!known.has(key) && known.size >= peopleAsked) return null;
      const asking = known.get(key) ?? host.person(login, subjects);
      known.set(key, asking);
      return asking;
    },
  };
}

/** Decides what was merged by two policies of its environment, from what was noted then. */
export async function comparePast(
  past: PastDecision & EnvironmentKey,
  [present, proposed]: readonly [EnvironmentPolicy, EnvironmentPolicy],
  people: FewPeople,
  tools: Pick<Tools, 'records'>,
): Promise<Compared> {
  const plan = (await tools.records.planByDigest(past, past.digest))?.plan ?? null;
  if (plan === null || plan.configuration !== undefined) return 'not-known';
  const noted = readNotedFacts(past.facts);
  if ([present, proposed].some((policy) => needsMore(policy, noted))) return 'not-known';
  const owners = [present, proposed].some(({ approvals }) => asksForOwners(approvals))
    ? (noted?.owners ?? []).flatMap((one) => one.owners)
    : [];
  const subjects = [...approversOf(present.approvals), ...approversOf(proposed.approvals), ...owners];
  const known = noted === null ? null : await peopleOf(noted, subjects, people);
  const [before, after] = await Promise.all(
    [present, proposed].map((policy) => factsFor(policy, plan, noted, known ?? [])),
  );
  if (before === undefined || after === undefined) return 'not-known';
  if (known !== null) {
    const [was, would] = [before, after].map((facts) => decide(facts).status === 'allowed');
    if (was !== would) return would === true ? 'would-pass' : 'would-wait';
  } else if (present.protected !== proposed.protected && proposed.protected) {
    // Nobody was asked then, so nobody looked who agreed.
    return 'not-known';
  }
  const [fewer, more] = [approvalsAsked(before), approvalsAsked(after)];
  if (fewer === more) return known === null && proposed.protected ? 'not-known' : 'same';
  return more > fewer ? 'asked-more' : 'asked-fewer';
}

/** Whether a policy asks for what was not looked up then: owners of paths, rows of tables, the author's teams. */
function needsMore({ approvals }: EnvironmentPolicy, noted: NotedFacts | null): boolean {
  const teams = authorTeamsAsked(approvals).map(teamName);
  return (
    (asksForOwners(approvals) && noted?.owners === undefined) ||
    (isAsked(approvals, 'rowsOver') && noted?.rows === undefined) ||
    !teams.every((team) => noted?.author?.asked.includes(team))
  );
}

/** Who reviewed it, with their teams; null where that cannot be said of all of them. */
async function peopleOf(
  noted: NotedFacts,
  subjects: readonly Subject[],
  people: FewPeople,
): Promise<readonly Person[] | null> {
  const teams = subjects.flatMap((one) => (one.kind === 'team' ? [teamName(one)] : []));
  if (teams.every((team) => noted.teams.includes(team))) return noted.people;
  const asked: Person[] = [];
  for (const { login } of noted.people) {
    const person = await people.of(login, subjects);
    if (person === null) return null;
    asked.push(person);
  }
  return asked;
}

async function factsFor(
  policy: EnvironmentPolicy,
  plan: Plan,
  noted: NotedFacts | null,
  people: readonly Person[],
): Promise<GateFacts> {
  const traits = await traitsOfPlan(policy.approvals, plan);
  return {
    policy,
    digest: plan.digest,
    stepCount: plan.steps.length,
    changesRules: false,
    traits: {
      ...traits,
      labels: noted?.labels ?? [],
      rows: noted?.rows ?? null,
      authorTeams: noted?.author?.teams ?? [],
    },
    owners: noted?.owners ?? [],
    expiredAt: null,
    problems: [],
    head: noted?.head ?? '',
    contributors: noted?.contributors ?? [],
    contributorsComplete: noted?.contributorsComplete ?? true,
    reviews: noted?.reviews ?? [],
    people,
    hold: null,
    endsHold: false,
    mergedBy: noted?.mergedBy ?? null,
    brokenGlass: null,
  };
}
