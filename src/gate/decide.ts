import type { Decision, GateFacts, Person } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import type { PeopleRule } from '../domain/policy.ts';
import type { Requirement } from './requirement.ts';
import { weighFacts, type Weighed } from './weigh-facts.ts';
import { countsWords, weighRule } from './weigh-rule.ts';
import { anyOf, counted, met, quoted, unmet } from './words.ts';

/**
 * Whether a plan may run: a tree of what was wanted, what was found and who could satisfy it. Pure: the same facts
 * always give the same decision. What has nothing to run is let through even where the environment is on hold.
 */
export function decide(facts: GateFacts): Decision {
  const { policy, problems, stepCount, changesRules, hold, endsHold } = facts;
  if (problems.length > 0) return planIsRed(problems);
  if (stepCount === 0 && !changesRules) {
    return met('nothing-to-run', `Nothing runs on ${quoted(policy.name)}: no approval is needed.`);
  }
  if (hold !== null && !endsHold && stepCount > 0) return isOnHold(policy.name, hold);
  const about = hold !== null && endsHold ? [ending(policy.name)] : [];
  if (!policy.protected) {
    const message = `${quoted(policy.name)} is not protected: no approval is needed.`;
    return met('not-protected', message, about);
  }
  return decideApprovals(facts, about);
}

function planIsRed(problems: readonly string[]): Decision {
  const found = counted(problems.length, 'problem');
  const wanted = 'a plan that can run';
  const who = 'who wrote it';
  const children = problems.map((problem) =>
    unmet('refused', 'plan-red', problem, { wanted, found: 'a problem', who }),
  );
  const message = `The plan cannot run: ${found} to be mended first.`;
  return unmet('refused', 'plan-red', message, { wanted, found, who }, children);
}

function isOnHold(environment: string, hold: Hold): Decision {
  const message = `${quoted(environment)} is on hold and takes no migrations: ${hold.message}`;
  const ask = { wanted: 'an environment that takes migrations', found: 'a hold' };
  const waysOut = hold.waysOut.map((way) => unmet('waiting', 'on-hold', way, { ...ask, who: way }));
  return unmet('refused', 'on-hold', message, { ...ask, who: hold.waysOut.join(' ') }, waysOut);
}

function ending(environment: string): Decision {
  return met('ends-hold', `${quoted(environment)} is on hold, and this change ends it.`);
}

function decideApprovals(facts: GateFacts, about: readonly Decision[]): Decision {
  const { policy, brokenGlass } = facts;
  const decision = withoutGlass(facts, weighFacts(facts), about);
  if (decision.status === 'allowed' || brokenGlass === null) return decision;
  const message = `${quoted(brokenGlass.login)} lets this through without what ${quoted(policy.name)} asks for: ${brokenGlass.why}`;
  return met('glass-broken', message, [decision]);
}

function withoutGlass(
  facts: GateFacts,
  { requirements, reviews, approvers }: Weighed,
  about: readonly Decision[],
): Decision {
  const { policy, contributorsComplete, expiredAt } = facts;
  const name = quoted(policy.name);
  const nodes = reviews.map(({ decision }) => decision);
  const tree = [...about, ...nodes];
  if (nodes.some(({ code }) => code === 'changes-requested')) {
    const message = `Changes were asked for. ${name} takes this once who asked has approved, or the review is dismissed.`;
    const ask = { wanted: 'no request for changes', found: 'one that stands', who: 'who asked' };
    return unmet('waiting', 'changes-requested', message, ask, tree);
  }
  if (!contributorsComplete) {
    const message = facts.head === '' ? pushersUnknown : authorsUnknown;
    const ask = { wanted: 'to know who wrote it', found: 'not all of them', who: 'who wrote it' };
    return unmet('waiting', 'contributors-unknown', message, ask, tree);
  }
  if (expiredAt !== null) {
    const message = `Its plan is too old since ${dayAndTime(expiredAt)}: \`/plan\` makes it anew, and what was approved stays approved where it comes out the same.`;
    const ask = {
      wanted: 'a plan that is fresh',
      found: 'an old one',
      who: 'anybody with write, by `/plan`',
    };
    return unmet('waiting', 'plan-expired', message, ask, tree);
  }
  const [first] = requirements;
  if (first === undefined) return asksNobody(name, tree);
  if (requirements.length === 1 && first.since === null && first.rule.kind === 'people') {
    return decideByNumber(policy.name, first.rule, approvers.length, tree);
  }
  return decideByRules(policy.name, requirements, approvers, about, nodes);
}

/** A protected environment whose rules come to nothing is shut, not open. */
function asksNobody(name: string, tree: readonly Decision[]): Decision {
  const message = `${name} is protected, and its rules ask nobody to approve this: at least one approval was expected in .github/tidegate.yml on the default branch. Name one there, or say \`protected: false\`.`;
  const ask = { wanted: 'a rule that asks somebody', found: 'none', who: 'who may change the rules' };
  return unmet('refused', 'refused', message, ask, tree);
}

/** The plain case: so many of these people. */
function decideByNumber(
  environment: string,
  { required, from }: PeopleRule,
  counting: number,
  tree: readonly Decision[],
): Decision {
  const wanted = `${counted(required, 'approval')} from ${anyOf(from)}`;
  const found = countsWords(counting);
  const needs = `${quoted(environment)} needs ${wanted}`;
  return counting >= required
    ? met('enough-approvals', `${needs}; ${found}.`, tree, { wanted, found })
    : unmet(
        'waiting',
        'too-few-approvals',
        `${needs} who did not write this; ${found}.`,
        { wanted, found, who: `${anyOf(from)} who did not write this` },
        tree,
      );
}

function decideByRules(
  environment: string,
  requirements: readonly Requirement[],
  approvers: readonly Person[],
  about: readonly Decision[],
  reviews: readonly Decision[],
): Decision {
  const rules = requirements.map(({ rule, since }) => weighRule(rule, approvers, since));
  const missing = rules.filter(({ status }) => status !== 'allowed');
  const wanted = `what ${counted(rules.length, 'rule')} ask for`;
  const found = `${rules.length - missing.length} of ${rules.length} met`;
  const tree = [...about, ...rules, ...reviews];
  if (missing.length === 0) {
    const message = `${quoted(environment)} has the approvals that it needs for this.${standInWords(requirements)}`;
    return met('enough-approvals', message, tree, { wanted, found });
  }
  const who = [...new Set(missing.map((one) => one.who ?? ''))].filter((one) => one !== '').join('; ');
  const first = lowered(missing[0]?.message ?? '');
  const message = `${quoted(environment)} needs more approvals by who did not write this: ${first}`;
  return unmet('waiting', 'too-few-approvals', message, { wanted, found, who }, tree);
}

/** For whoever reads the audit later: that it was not by whom the rules name. */
function standInWords(requirements: readonly Requirement[]): string {
  const clauses = requirements.flatMap(({ standingIn }) => (standingIn === undefined ? [] : [standingIn]));
  return [...new Set(clauses)].map((one) => ` ${one.charAt(0).toUpperCase()}${one.slice(1)}.`).join('');
}

/** To stand in a sentence; a name in backticks stays as it is. */
function lowered(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function dayAndTime(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const pushersUnknown =
  'It cannot be told who wrote what was pushed here, so no confirmation counts. Merge a pull request that takes it out, or writes it anew.';

const authorsUnknown =
  'It cannot be told who wrote all of it, so no approval counts: it has more commits than GitHub lists, or holds what was on the branch before Tidegate looked at it. Squash its branch, or split it.';
