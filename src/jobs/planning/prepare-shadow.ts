import { baselineAfter, baselineFromStart } from './compile-folder.ts';
import type { PlanInput, PlanningTools } from './plan-input.ts';
import { startQuestion, survey } from './survey.ts';

/**
 * Builds the shadow that a plan of this input would start from, where there is none yet. Throws BaselineProblems and
 * ShadowBaselineError where the history cannot be replayed.
 */
export async function prepareShadow(
  input: PlanInput,
  tools: PlanningTools,
  signal: AbortSignal,
): Promise<void> {
  const question = await survey(input, tools, signal);
  const { standing, comparison } = question;
  if (comparison.problems.length > 0) return;
  const begins = await input.findStart?.(startQuestion(question), signal);
  if (begins?.kind === 'problem' || begins?.kind === 'begun') return;
  const held =
    begins === undefined
      ? baselineAfter(question)
      : baselineFromStart(standing, comparison.baseline, begins.start);
  const { settings, roles, versionNumber } = input;
  const { server } = await tools.shadows.for(versionNumber);
  server.clones.prepare(await server.baselines.take({ ...held, settings, roles }));
}
