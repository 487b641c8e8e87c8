import { isRunnable, type Plan } from '../domain/plan.ts';
import { codeSpan } from './escape/markdown.ts';
import { listed, planBody } from './plan-body.ts';
import { allRoom } from './room.ts';
import type { Render } from './templates.ts';
import { counted } from './words.ts';

/** The plan as Markdown, whole: for a terminal's pipe, a wiki, another CI's comment. */
export function planMarkdown(render: Render, plan: Plan): string {
  return render('comments/plan', model(plan));
}

/** The plan as a page of its own, whole. It runs no script and loads one stylesheet. */
export function planPage(render: Render, plan: Plan): string {
  const schema = planBody(plan, allRoom).schema.blocks.flatMap(({ code }) => code.split('\n'));
  return render('dashboard/plan', {
    ...model(plan),
    diff: schema.map((line) => ({ line, kind: diffKinds[line.charAt(0)] ?? 'same' })),
    reversible: listed(plan.reversibility, allRoom).rows,
  });
}

const diffKinds: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'object' };

function model(plan: Plan): object {
  const environment = plan.environment ?? 'the database';
  return {
    references: [],
    environment,
    verdict: verdict(plan),
    runnable: isRunnable(plan),
    digest: plan.digest,
    body: planBody(plan, allRoom),
    where: plan.environment === null ? environment : codeSpan(environment),
  };
}

function verdict({ problems, steps, hazards }: Plan): string {
  if (problems.length > 0) return `It cannot run: ${counted(problems.length, 'problem')}.`;
  if (steps.length === 0) return 'Nothing to run.';
  const count = counted(steps.length, 'migration');
  return hazards.length === 0 ? `${count} to run.` : `${count} to run, ${counted(hazards.length, 'hazard')}.`;
}
