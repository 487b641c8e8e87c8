import { isRunnable, type Plan } from '../domain/plan.ts';
import { reveal } from './escape/reveal.ts';
import { planBody } from './plan-body.ts';
import { allRoom } from './room.ts';
import type { Render } from './templates.ts';
import { counted, quoted } from './words.ts';

/** The plan as Markdown, whole: for a terminal's pipe, a wiki, another CI's comment. */
export function planMarkdown(render: Render, plan: Plan): string {
  return render('comments/plan', model(plan));
}

/** The plan as a page of its own, whole. It runs no script and loads one stylesheet. */
export function planPage(render: Render, plan: Plan): string {
  const schema = planBody(plan, allRoom).schema.blocks.flatMap(({ code }) => code.split('\n'));
  return render('dashboard/plan', {
    ...model(plan),
    name: reveal(plan.environment ?? 'the database'),
    diff: schema.map((line) => ({ line, kind: diffKinds[line.charAt(0)] ?? 'same' })),
  });
}

const diffKinds: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'object' };

function model(plan: Plan): object {
  return {
    references: [],
    environment: plan.environment === null ? 'the database' : quoted(plan.environment),
    verdict: verdict(plan),
    runnable: isRunnable(plan),
    digest: plan.digest,
    body: planBody(plan, allRoom),
  };
}

function verdict({ problems, steps, hazards }: Plan): string {
  if (problems.length > 0) return `It cannot run: ${counted(problems.length, 'problem')}.`;
  if (steps.length === 0) return 'Nothing to run.';
  const count = counted(steps.length, 'migration');
  return hazards.length === 0 ? `${count} to run.` : `${count} to run, ${counted(hazards.length, 'hazard')}.`;
}
