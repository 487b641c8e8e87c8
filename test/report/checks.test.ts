import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/domain/gate.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { GroupMember } from '../../src/report/group-check-reports.ts';
import {
  allowed,
  beforeWindow,
  broken,
  cautioned,
  coAuthored,
  dangerous,
  decision,
  harmless,
  hold,
  letThrough,
  plan,
  reports,
  ruled,
  waiting,
  wholeUrl,
} from './facts.ts';
import { hostilePlan } from './hostile.ts';

const plans: Readonly<Record<string, Plan>> = {
  harmless,
  cautioned,
  dangerous,
  broken,
  hostile: hostilePlan,
  empty: plan(),
};
const held = decision('waiting', 'waiting', 'prod is on hold.', [
  decision('waiting', 'on-hold', 'prod is on hold.'),
]);
const gates: Readonly<Record<string, { decision: Decision; hold: typeof hold | null }>> = {
  allowed: { decision: allowed, hold: null },
  waiting: { decision: waiting, hold: null },
  'before-window': { decision: beforeWindow, hold: null },
  'let-through': { decision: letThrough, hold: null },
  ruled: { decision: ruled, hold: null },
  'co-author': { decision: coAuthored, hold: null },
  'on-hold': { decision: held, hold },
};

describe('the check of a plan', () => {
  it.each(Object.entries(plans))('reads well: %s', async (name, made) => {
    const check = reports.planCheck({ environment: 'prod', plan: made, wholeUrl });
    const annotations = JSON.stringify(check.annotations, null, 2);
    const text = `${check.conclusion}: ${check.title}\n\n${check.summary}\n---\n\n${check.text}\n---\n\n${annotations}\n`;
    await expect(text).toMatchFileSnapshot(`golden/plan-check-${name}.md`);
  });

  it('is red for a problem and for nothing else', () => {
    const conclusion = (made: Plan): string =>
      reports.planCheck({ environment: 'prod', plan: made, wholeUrl: null }).conclusion;
    expect([broken, dangerous, plan()].map(conclusion)).toEqual(['failure', 'success', 'success']);
  });

  it('waits for a word, and never as neutral or skipped, where that alone is missing', () => {
    const wanting = { code: 'not-vouched' as const, message: 'This comes from a fork.' };
    const check = (problems: Plan['problems']) =>
      reports.planCheck({ environment: 'prod', plan: plan({ problems }), wholeUrl: null });
    expect(check([wanting]).conclusion).toBe('action_required');
    expect(check([wanting, ...broken.problems]).conclusion).toBe('failure');
    expect(check([wanting]).title).toBe("Not run on the shadow of prod: it is a stranger's");
  });

  it('puts problems and hazards on their lines, waived ones as a notice', () => {
    const { annotations } = reports.planCheck({
      environment: 'prod',
      plan: { ...dangerous, problems: broken.problems },
      wholeUrl,
    });
    expect(annotations.map(({ path, line, level }) => `${level} ${path}:${line}`)).toEqual([
      'failure migrations/0024_typo.sql:2',
      'warning migrations/0022_index-orders.sql:3',
      'warning migrations/0022_index-orders.sql:4',
      'notice migrations/0022_index-orders.sql:9',
    ]);
  });

  it('offers a button within GitHub’s limits', () => {
    for (const action of reports.planCheck({ environment: 'prod', plan: plan(), wholeUrl }).actions) {
      expect(action.identifier).toBe('plan');
      expect(action.label.length).toBeLessThanOrEqual(20);
      expect(action.description.length).toBeLessThanOrEqual(40);
    }
  });
});

describe('the check of the gate', () => {
  it.each(Object.entries(gates))('reads well: %s', async (name, gate) => {
    const check = reports.gateCheck({ environment: 'prod', ...gate });
    const text = `${check.conclusion}: ${check.title}\n\n${check.summary}`;
    await expect(text).toMatchFileSnapshot(`golden/gate-check-${name}.md`);
  });

  it.each([
    ['allowed', 'success'],
    ['waiting', 'action_required'],
    ['refused', 'failure'],
  ] as const)('%s concludes as %s, which alone a required check may pass on', (status, conclusion) => {
    const check = reports.gateCheck({
      environment: 'prod',
      decision: decision(status, status, 'So it is.'),
      hold: null,
    });
    expect(check.conclusion).toBe(conclusion);
  });
});

describe('the checks of a merge group', () => {
  const commit = 'c0ffee'.repeat(6);
  const green = { number: 12, commit, plan: harmless, decision: allowed };
  const red = {
    number: 13,
    commit,
    plan: broken,
    decision: decision('refused', 'plan-red', 'The plan cannot run.'),
  };
  const unapproved = { number: 14, commit, plan: harmless, decision: waiting };
  const foreign = { ...unapproved, number: null };
  const checksOf = (members: readonly GroupMember[], held: typeof hold | null = null) =>
    reports.groupChecks({ environment: 'prod', members, hold: held });

  it.each([
    ['green', [green, green], null],
    ['red', [green, red], null],
    ['waiting', [green, unapproved], hold],
    ['foreign', [foreign], null],
    ['empty', [], null],
  ] as const)('read well: %s', async (name, members, held) => {
    const { plan: planned, gate } = checksOf(members, held);
    const text = [planned, gate].map(
      ({ conclusion, title, summary }) => `${conclusion}: ${title}\n\n${summary}`,
    );
    await expect(text.join('\n---\n\n')).toMatchFileSnapshot(`golden/group-check-${name}.md`);
  });

  it('are green only where those of each in it are', () => {
    const conclusions = (members: readonly GroupMember[]) => {
      const { plan: planned, gate } = checksOf(members);
      return [planned.conclusion, gate.conclusion];
    };
    expect(conclusions([])).toEqual(['success', 'success']);
    expect(conclusions([green])).toEqual(['success', 'success']);
    expect(conclusions([green, unapproved])).toEqual(['success', 'action_required']);
    expect(conclusions([red, green])).toEqual(['failure', 'failure']);
  });
});
