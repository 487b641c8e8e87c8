import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hazardRules } from '../../src/hazards/rules.ts';
import type { ShadowServer } from '../../src/shadow/shadow-server.ts';

import { openTestShadow } from '../shadow/bench.ts';
import { hazardsOf } from './scene.ts';

let server: ShadowServer;
beforeAll(async () => void (server = await openTestShadow()));
afterAll(() => server.close());

describe.each(hazardRules)('the rule $id', (rule) => {
  it('says all that a person needs', () => {
    expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(rule.sentence).toMatch(/^[A-Z].*\.$/);
    expect(rule.advice).toMatch(/\.$/);
    expect(rule.bad.trim()).not.toBe('');
    expect(rule.good.trim()).not.toBe('');
  });

  it('finds its bad example', async () => {
    const hazards = await hazardsOf(server, rule.bad);
    expect(hazards).toContainEqual(expect.objectContaining({ rule: rule.id, severity: rule.severity }));
    const messages = hazards.map(({ rule: id, line, message }) => `${id} (line ${String(line)}): ${message}`);
    await expect(`${messages.join('\n')}\n`).toMatchFileSnapshot(`golden/${rule.id}.txt`);
  });

  it('and no other finds its good one', async () => {
    const hazards = await hazardsOf(server, rule.good);
    expect(hazards.filter(({ waiver }) => waiver === undefined)).toEqual([]);
  });
});

describe('the rules', () => {
  it('have ids of their own', () => {
    const ids = hazardRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
