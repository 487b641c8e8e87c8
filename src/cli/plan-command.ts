import { setImmediate } from 'node:timers/promises';
import type { Plan } from '../domain/plan.ts';
import { isAtLeast, type Severity } from '../domain/severity.ts';
import { TargetUnavailable } from '../ports/target.ts';
import { Stack } from '../service/stack.ts';
import { openLastingShadow } from './lasting-shadow.ts';
import { planArguments, planUsage, type PlanArguments } from './plan-arguments.ts';
import type { Terminal } from './terminal.ts';

/** `tidegate plan`: the same plan as on a pull request, for a laptop or any CI. Returns the exit status. */
export async function planCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes('--help')) {
    terminal.print(planUsage);
    return 0;
  }
  const asked = planArguments(args);
  const stack = new Stack();
  const stopped = new AbortController();
  void terminal.ended.then(() => stopped.abort());
  try {
    const lasting = asked.shadow === null ? null : openLastingShadow(asked.shadow, stack);
    // The server is at work on its first answers while what follows is loaded, most of the code.
    await setImmediate();
    await setImmediate();
    const { planFolder } = await import('./plan-folder.ts');
    const plan = await planFolder({ asked, terminal, lasting, stack, signal: stopped.signal });
    // What the plan was tried on is being removed: the next step of that is taken before this process is busy again.
    await setImmediate();
    terminal.print(await rendered(plan, asked, terminal));
    return exitStatus(plan, asked.failOn);
  } catch (error) {
    if (stopped.signal.aborted) {
      terminal.complain('Stopped before the plan was complete.\n');
      return 1;
    }
    if (!(error instanceof TargetUnavailable)) throw error;
    terminal.complain(`${error.message}\n`);
    return 1;
  } finally {
    await stack.close((name, error) => terminal.complain(`${name} could not be closed: ${String(error)}\n`));
  }
}

/** What the plan and the level come to: 1 where something fails, 3 where only hazards do. */
export function exitStatus(plan: Plan, failOn: Severity | 'none'): number {
  if (plan.problems.length > 0) return 1;
  const isOver =
    failOn !== 'none' &&
    plan.hazards.some((hazard) => hazard.waiver === undefined && isAtLeast(hazard.severity, failOn));
  return isOver ? 3 : 0;
}

async function rendered(plan: Plan, { format }: PlanArguments, { colour }: Terminal): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(plan, null, 2)}\n`;
    case 'text':
      return (await import('../report/plan-text.ts')).planText(plan, { colour });
    case 'markdown': {
      // The templates and what renders them take a while to load, and nothing else needs them.
      const { createReports } = await import('../report/reports.ts');
      const { templatesDirectory } = await import('../service/templates-directory.ts');
      return createReports({ templatesDirectory }).planMarkdown(plan);
    }
  }
}
