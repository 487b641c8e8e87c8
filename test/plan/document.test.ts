import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { parsePlan, planJsonSchema } from '../../src/plan/document.ts';
import { parts } from './builders.ts';

describe('the plan as a document', () => {
  const plan = buildPlan(parts);

  it('comes back from JSON as it was', () => {
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it.each([
    ['another version', { ...plan, version: 2 }, /version 1 was expected, .* is 2\. Make the plan again/],
    ['no version', {}, /JSON object with a "version"/],
    ['no object', 'plan', /A plan was expected: a JSON object/],
    ['an unknown key', { ...plan, extra: 1 }, /Unrecognized key: "extra"/],
    ['an unknown key within', { ...plan, schemaDiff: [{ ...plan.schemaDiff[0], extra: 1 }] }, /extra/],
    ['a field that is missing', { ...plan, notes: undefined }, /notes/],
    ['a digest that is none', { ...plan, digest: 'abc' }, /digest/],
  ])('refuses %s', (_, document, message) => {
    expect(() => parsePlan(document)).toThrow(message);
  });

  it('is described by the JSON Schema in docs, which is current (`npx vitest run test/plan -u` writes it)', async () => {
    await expect(planJsonSchema()).toMatchFileSnapshot('../../docs/plan.schema.json');
  });
});
