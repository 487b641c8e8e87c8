import { describe, expect, it } from 'vitest';
import { hazardRuleIds } from '../../src/domain/hazard-rules.ts';
import { hazardsDocument } from '../../src/hazards/document.ts';
import { hazardRules } from '../../src/hazards/rules.ts';

describe('the page about hazards', () => {
  it('tells of each rule that a policy or a waiver can name', () => {
    expect(hazardRules.map(({ id }) => id)).toEqual(hazardRuleIds);
  });

  it('is current (`npx vitest run test/hazards -u` writes it)', async () => {
    await expect(hazardsDocument(hazardRules)).toMatchFileSnapshot('../../docs/hazards.md');
  });
});
