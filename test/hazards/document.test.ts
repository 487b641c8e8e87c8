import { describe, expect, it } from 'vitest';
import { hazardsDocument } from '../../src/hazards/document.ts';
import { hazardRules } from '../../src/hazards/rules.ts';

describe('the page about hazards', () => {
  it('is current (`npx vitest run test/hazards -u` writes it)', async () => {
    await expect(hazardsDocument(hazardRules)).toMatchFileSnapshot('../../docs/hazards.md');
  });
});
