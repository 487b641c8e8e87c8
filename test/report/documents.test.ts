import { describe, expect, it } from 'vitest';
import { broken, cautioned, dangerous, harmless, plan, promotionOfAll, reports } from './facts.ts';
import { hostilePlan } from './hostile.ts';
import { foreignParts } from './rendered.ts';

const plans = { harmless, cautioned, dangerous, broken, empty: plan(), hostile: hostilePlan };
const promoted = { ...harmless, promotion: promotionOfAll };

describe('a plan in a terminal', () => {
  it.each(Object.entries(plans))('reads well: %s', async (name, made) => {
    await expect(reports.planText(made, { colour: false })).toMatchFileSnapshot(`golden/plan-${name}.txt`);
  });

  it('lets no control character of the plan’s through', () => {
    const text = reports.planText(hostilePlan, { colour: true });
    const codes = text.match(/\u001b[^m]*m/g) ?? [];
    expect(codes.every((code) => /^\u001b\[\d+m$/.test(code))).toBe(true);
    expect(text.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[^\P{Cc}\n\t]|\u202E/u);
  });
});

describe('a plan as Markdown', () => {
  it('reads well', async () => {
    await expect(reports.planMarkdown({ ...dangerous, environment: null })).toMatchFileSnapshot(
      'golden/plan-dangerous.md',
    );
  });

  it('brings nothing alive from outside', () => {
    expect(foreignParts(reports.planMarkdown(hostilePlan), '', [])).toEqual([]);
  });
});

describe('the page of a plan', () => {
  it.each(['dangerous', 'cautioned', 'hostile'] as const)('reads well: %s', async (name) => {
    await expect(reports.planPage(plans[name])).toMatchFileSnapshot(`golden/plan-${name}.html`);
  });

  it('says where its migrations have run before', async () => {
    await expect(reports.planPage(promoted)).toMatchFileSnapshot('golden/plan-promoted.html');
  });

  it('has no element, script, style or link that a plan brought', () => {
    const tags = new Set(reports.planPage(hostilePlan).match(/<[a-z!][a-z0-9]*/gi));
    for (const foreign of ['<script', '<img', '<style', '<b', '<a', '<details'])
      expect(tags).not.toContain(foreign);
    expect(reports.planPage(hostilePlan)).not.toMatch(/\son\w+=[^&]*>|style=/);
  });

  it('has a stylesheet that loads nothing', () => {
    expect(reports.stylesheet()).not.toMatch(/url\(|@import/);
  });
});
