import type { Decision, GateFacts } from '../domain/gate.ts';
import type { Hold } from '../domain/hold.ts';
import { weighReviews } from './weigh-reviews.ts';
import { anyOf, counted, node, quoted } from './words.ts';

/**
 * Whether a plan may run: a tree of what was wanted, what was found and who could satisfy it. Pure: the same facts
 * always give the same decision. What has nothing to run is let through even where the environment is on hold.
 */
export function decide(facts: GateFacts): Decision {
  const { policy, problems, stepCount, changesRules, hold, endsHold } = facts;
  if (problems.length > 0) return planIsRed(problems);
  if (stepCount === 0 && !changesRules) {
    return node(
      'allowed',
      'nothing-to-run',
      `Nothing runs on ${quoted(policy.name)}: no approval is needed.`,
    );
  }
  if (hold !== null && !endsHold && stepCount > 0) return isOnHold(policy.name, hold);
  const about = hold !== null && endsHold ? [ending(policy.name)] : [];
  if (!policy.protected) {
    const message = `${quoted(policy.name)} is not protected: no approval is needed.`;
    return node('allowed', 'not-protected', message, about);
  }
  return decideApprovals(facts, about);
}

function planIsRed(problems: readonly string[]): Decision {
  const message = `The plan cannot run: ${counted(problems.length, 'problem')} to be mended first.`;
  return node(
    'refused',
    'plan-red',
    message,
    problems.map((problem) => node('refused', 'plan-red', problem)),
  );
}

function isOnHold(environment: string, hold: Hold): Decision {
  const message = `${quoted(environment)} is on hold and takes no migrations: ${hold.message}`;
  const waysOut = hold.waysOut.map((way) => node('waiting', 'on-hold', way));
  return node('refused', 'on-hold', message, waysOut);
}

function ending(environment: string): Decision {
  return node('allowed', 'ends-hold', `${quoted(environment)} is on hold, and this change ends it.`);
}

function decideApprovals(facts: GateFacts, about: readonly Decision[]): Decision {
  const { policy, contributorsComplete } = facts;
  const { required, from } = policy.approvals;
  const reviews = weighReviews(facts);
  const tree = [...about, ...reviews];
  if (reviews.some(({ code }) => code === 'changes-requested')) {
    const message = `Changes were asked for. ${quoted(policy.name)} takes this once who asked has approved, or the review is dismissed.`;
    return node('waiting', 'changes-requested', message, tree);
  }
  if (!contributorsComplete) return node('waiting', 'contributors-unknown', authorsUnknown, tree);
  const counting = reviews.filter(({ code }) => code === 'approval-counts').length;
  const counts = counting === 0 ? 'none counts' : `${counting} ${counting === 1 ? 'counts' : 'count'}`;
  const wanted = `${quoted(policy.name)} needs ${counted(required, 'approval')} from ${anyOf(from)}`;
  return counting >= required
    ? node('allowed', 'enough-approvals', `${wanted}; ${counts}.`, tree)
    : node('waiting', 'too-few-approvals', `${wanted} who did not write this; ${counts}.`, tree);
}

const authorsUnknown =
  'This pull request has more commits than GitHub lists, so it cannot be told who wrote it, and no approval counts. Squash its branch, or split it.';
