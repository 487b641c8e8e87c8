import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/domain/gate.ts';
import { hold, outcome, reports, sticky, wholeUrl } from './facts.ts';
import { randomFrom, randomPlan, randomText } from './random.ts';
import { foreignParts, isBalanced } from './rendered.ts';

const marker = '<!-- tidegate:plan repository=7 pull-request=12 -->';

function randomDecision(random: () => number, depth = 0): Decision {
  const children =
    depth > 3
      ? []
      : Array.from({ length: Math.floor(random() * 4) }, () => randomDecision(random, depth + 1));
  return { status: 'waiting', code: 'waiting', message: randomText(random), children };
}

describe.each(Array.from({ length: 16 }, (_, seed) => seed))('with random hostile plan %i', (seed) => {
  const random = randomFrom(seed);
  const plan = randomPlan(random);
  const decision = randomDecision(random);
  const environment = randomText(random);
  const held = { ...hold, message: randomText(random), waysOut: [randomText(random), randomText(random)] };

  it('the comment is whole Markdown within the limit, with nothing alive from outside', () => {
    const views = [
      sticky({ plan, decision, environment }),
      sticky({ plan, decision, environment, hold: held, outcome: failedOutcome(random) }),
    ];
    for (const text of views.map((view) => reports.stickyComment(view))) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
      expect(text.trimEnd().endsWith(marker)).toBe(true);
      expect(foreignParts(text, wholeUrl, [11, 12, 13])).toEqual([]);
      expect(isBalanced(text)).toBe(true);
    }
  });

  it('so are the checks', () => {
    const check = reports.planCheck({ environment, plan, wholeUrl });
    const gate = reports.gateCheck({ environment, decision, hold: held });
    for (const text of [check.summary, check.text, gate.summary]) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535);
      expect(foreignParts(text, wholeUrl, [11, 13])).toEqual([]);
      expect(isBalanced(text)).toBe(true);
    }
    const member = { number: 12, commit: 'c'.repeat(40), plan, decision };
    const members = [member, { ...member, number: null }];
    const group = reports.groupChecks({ environment, members, hold: held });
    for (const { summary, title } of [group.plan, group.gate]) {
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535);
      expect(foreignParts(summary, wholeUrl, [11, 12, 13])).toEqual([]);
      expect(isBalanced(summary)).toBe(true);
      expect(title).not.toMatch(/[\n\u202E\u0000]/);
    }
    expect(group.plan.annotations.length).toBeLessThanOrEqual(100);
    expect(`${check.title}${gate.title}`).not.toMatch(/[\n\u202E\u0000]/);
    expect(check.annotations.length).toBeLessThanOrEqual(100);
  });

  it('so is the preview of a rollback', () => {
    const text = reports.reply({
      kind: 'rollback-preview',
      environment,
      what: randomText(random),
      pullRequest: 12,
      plan,
      losses: [randomText(random)],
      confirmations: 1,
      from: [{ kind: 'user', login: randomText(random) }],
      requester: randomText(random),
      command: '/rollback',
      dryRun: false,
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
    expect(foreignParts(text, wholeUrl, [12])).toEqual([]);
    expect(isBalanced(text)).toBe(true);
  });
});

function failedOutcome(random: () => number): ReturnType<typeof outcome> {
  const error = randomText(random, 400);
  return outcome({
    status: 'failed',
    message: error,
    steps: [{ migration: randomText(random), direction: 'up', status: 'failed', durationMs: null, error }],
  });
}
