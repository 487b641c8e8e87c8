import { describe, expect, it } from 'vitest';
import { isReady, soaksIn } from '../../src/domain/promotion.ts';
import { judgePromotion, type KnownRun, type PromotionFacts } from '../../src/promote/judge-promotion.ts';
import { promotionProblems } from '../../src/promote/promotion-problems.ts';

const hourMs = 3_600_000;
const now = new Date('2026-03-02T12:00:00Z');
const candidate = { migration: '0007_notes', checksum: 'aaaa' };

function run(hoursAgo: number, more: Partial<KnownRun> = {}): KnownRun {
  return {
    at: new Date(now.getTime() - hoursAgo * hourMs),
    durationMs: 12,
    checksum: 'aaaa',
    pullRequest: 4,
    commit: 'c0ffee',
    ...more,
  };
}

function facts(more: Partial<PromotionFacts> = {}): PromotionFacts {
  return {
    below: { environment: 'qa', runs: new Map() },
    now,
    ends: new Map(),
    above: [],
    soakMs: 24 * hourMs,
    isHotfix: false,
    ...more,
  };
}

function ran(known: KnownRun): Pick<PromotionFacts, 'below'> {
  return { below: { environment: 'qa', runs: new Map([[candidate.migration, known]]) } };
}

const above = (known: KnownRun): Pick<PromotionFacts, 'above'> => ({
  above: [{ environment: 'prod', runs: new Map([[candidate.migration, known]]) }],
});
const ended = (kind: 'failed' | 'rolled-back'): Pick<PromotionFacts, 'ends'> => ({
  ends: new Map([[candidate.migration, { kind, at: new Date('2026-03-01T09:30:00Z') }]]),
});

const cases: readonly (readonly [string, Partial<PromotionFacts>, string])[] = [
  ['what never ran', {}, 'never-ran'],
  ['what ran and has soaked', ran(run(24)), 'ready'],
  ['what has not quite soaked', ran(run(23.99)), 'not-soaked'],
  ['what ran with other content', ran(run(48, { checksum: 'bbbb' })), 'other-content'],
  ['what ran by hand, so that nobody knows its content', ran(run(48, { checksum: null })), 'ready'],
  ['what failed', ended('failed'), 'failed'],
  ['what was rolled back', ended('rolled-back'), 'rolled-back'],
  ['what failed at first and ran then', { ...ran(run(30)), ...ended('failed') }, 'ready'],
  ['what ran later on', above(run(1)), 'ran-above'],
  ['what ran later on with other content', above(run(1, { checksum: 'bbbb' })), 'other-content'],
  ['a hotfix that never ran', { isHotfix: true }, 'hotfix'],
  ['a hotfix that has not soaked', { isHotfix: true, ...ran(run(1)) }, 'hotfix'],
  ['a hotfix that has soaked', { isHotfix: true, ...ran(run(25)) }, 'ready'],
  ['a hotfix that failed', { isHotfix: true, ...ended('failed') }, 'failed'],
  ['a hotfix that was rolled back', { isHotfix: true, ...ended('rolled-back') }, 'rolled-back'],
  ['a hotfix of other content', { isHotfix: true, ...ran(run(25, { checksum: 'bbbb' })) }, 'other-content'],
];

describe('how a migration stands where it is promoted from', () => {
  it.each(cases)('%s', (_what, more, standing) => {
    const [judged] = judgePromotion([candidate], facts(more)).migrations;
    expect(judged?.standing).toBe(standing);
  });

  it.each([
    ['what ran with it', run(48), true],
    ['what ran with another', run(48, { checksum: 'bbbb' }), false],
    ['what ran by hand, of which no more is known', run(48, { checksum: null, commit: null }), null],
    ['what ran by hand, and is as the branch had it when that was found', run(48, { commit: null }), null],
    ['what ran by hand, and is another since', run(48, { checksum: 'bbbb', commit: null }), false],
  ])('says of its content only what is known: %s', (_what, known, expected) => {
    const [judged] = judgePromotion([candidate], facts(ran(known))).migrations;
    expect(judged?.isSameContent).toBe(expected);
  });

  it('is said with what was expected, what was found and what to do next', async () => {
    const place = {
      environment: 'prod',
      branchBelow: 'qa',
      hotfixLabel: 'hotfix',
      paths: new Map([[candidate.migration, 'migrations/0007_notes.sql']]),
    };
    const said = cases.flatMap(([what, more]) => {
      const promotion = { ...judgePromotion([candidate], facts(more)), reverted: [] };
      const problems = promotionProblems(promotion, place);
      expect(problems.length === 0).toBe(promotion.migrations.every(isReady));
      return problems.map(({ code, path, message }) => `${what} (${code}, ${path}):\n  ${message}`);
    });
    await expect(`${said.join('\n')}\n`).toMatchFileSnapshot('golden/refusals.txt');
  });

  it('tells what only has to wait last, and how long by the database’s own clock', () => {
    const known = new Map([
      ['0007_notes', run(23)],
      ['0008_more', run(20)],
    ]);
    const candidates = ['0007_notes', '0008_more', '0009_last'].map((migration) => ({
      migration,
      checksum: 'aaaa',
    }));
    const promotion = judgePromotion(candidates, facts({ below: { environment: 'qa', runs: known } }));
    expect(soaksIn(promotion)).toBe(hourMs);
    const place = { environment: 'prod', branchBelow: 'qa', hotfixLabel: null, paths: new Map() };
    const problems = promotionProblems({ ...promotion, reverted: [] }, place);
    expect(problems.map(({ code }) => code)).toEqual(['not-promoted', 'not-soaked', 'not-soaked']);
  });
});
