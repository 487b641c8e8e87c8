import { describe, expect, it } from 'vitest';
import type { ApprovalRule, Subject } from '../../src/domain/policy.ts';
import { decide } from '../../src/gate/decide.ts';
import { administrators, namedAlone, withStandIns } from '../../src/gate/stand-ins.ts';
import { dba, drawn, facts, person, prod, review } from './facts.ts';

const gone: Subject = { kind: 'user', login: 'Gone' };
const dana: Subject = { kind: 'user', login: 'dana' };

const of = (...from: readonly Subject[]): ApprovalRule => ({ kind: 'people', required: 1, from });
const all = (...rules: readonly ApprovalRule[]): ApprovalRule => ({ kind: 'all', rules, different: true });
const any = (...rules: readonly ApprovalRule[]): ApprovalRule => ({ kind: 'any', rules });

describe('who stands in for people who are gone', () => {
  it.each<[string, ApprovalRule, ApprovalRule]>([
    ['for the only one', of(gone), of(administrators)],
    ['for nobody beside one who is there', of(gone, dana), of(gone, dana)],
    ['for nobody beside a role', of(gone, administrators), of(gone, administrators)],
    ['in one part of a whole', all(of(gone), of(dana)), all(of(administrators), of(dana))],
    ['for nobody where another way is left', any(of(gone), of(dana)), any(of(gone), of(dana))],
    ['where no way is left', any(of(gone), of(gone)), any(of(administrators), of(administrators))],
    [
      'for nobody in a way that is shut where another is left',
      any(all(of(gone), of(dana)), of(dana)),
      any(all(of(gone), of(dana)), of(dana)),
    ],
  ])('%s', (_what, rule, made) => {
    expect(withStandIns(rule, [{ kind: 'user', login: 'gone' }]).rule).toEqual(made);
  });

  it('is of no account to a rule that asks for nobody', () => {
    const rule: ApprovalRule = { kind: 'people', required: 0, from: [gone] };
    expect(withStandIns(rule, [gone])).toEqual({ rule, insteadOf: null });
  });

  it('is looked for only where a rule names no role beside them', () => {
    expect(namedAlone(all(of(gone), any(of(dba)), of(dana, administrators)))).toEqual([gone, dba]);
  });

  it('is said in the tree and in the verdict, for the rules alone', () => {
    const known = { gone: [dba], people: [person('ann', 'admin'), person('dana')], policy: prod };
    const asked = { ...known, reviews: [review('ann')], changesRules: true, stepCount: 0 };
    const decision = decide(facts(asked));
    expect(decision.status, drawn(decision)).toBe('allowed');
    expect(decision.message).toBe(
      '`prod` has the approvals that it needs for this. Nobody who is a member of `acme/dba` is there any more, so that an administrator stands in.',
    );
    expect(drawn(decision)).toContain(
      'Since nobody who is a member of `acme/dba` is there any more, so that an administrator stands in: 1 approval from anybody with admin; 1 counts.',
    );
    expect(decide(facts({ ...asked, reviews: [review('dana')] })).status).toBe('waiting');
    expect(decide(facts({ ...asked, stepCount: 1 })).status).toBe('waiting');
    expect(decide(facts({ ...asked, changesRules: false, stepCount: 1 })).status).toBe('waiting');
  });
});
