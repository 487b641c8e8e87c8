import type { Plan } from '../domain/plan.ts';
import type { Headline, OutcomeView } from './sticky-view.ts';
import { counted, duration, quoted } from './words.ts';

/** After the merge the question is "did it run, and if not, what next". */
export function outcomeHeadline(outcome: OutcomeView, isHoldShown: boolean, plan: Plan | null): Headline {
  const where = quoted(outcome.environment);
  const message = outcome.message ?? '';
  switch (outcome.status) {
    case 'applied':
      return { mark: '✅', answer: `Applied to ${where}.`, next: ranWords(outcome, 'has run', 'have run') };
    case 'rolled-back': {
      const taken = ranWords(outcome, 'was taken back', 'were taken back');
      const hold = isHoldShown
        ? 'The environment is on hold until the branch says the same.'
        : 'The hold for it has ended.';
      return { mark: '↩️', answer: `Rolled back on ${where}.`, next: `${taken} ${hold}` };
    }
    case 'failed':
      return {
        mark: '❌',
        answer: `Failed on ${where}.`,
        next: 'What stopped it, and what to do, stands below.',
      };
    case 'in-doubt':
      return {
        mark: '❓',
        answer: `It is not known whether it ran on ${where}.`,
        next: 'The connection broke while the database was committing, and it could not be asked since.',
      };
    case 'held':
      return {
        mark: '✋',
        answer: `Merged, but not run on ${where}.`,
        next: isHoldShown ? 'Why, and what to do, stands below.' : message,
      };
    case 'nothing':
      return nothingHeadline(where, plan);
    case 'waiting':
      if (outcome.until === undefined)
        return { mark: '⏳', answer: `Merged, and not yet run on ${where}.`, next: message };
      return {
        mark: '⏳',
        answer: `Merged, and waiting until ${outcome.until}.`,
        next: `${where} takes no migrations before. It is applied by itself then.`,
      };
  }
}

function nothingHeadline(where: string, plan: Plan | null): Headline {
  const had = plan?.steps.length ?? 0;
  return had === 0
    ? { mark: '✅', answer: `Merged: there was nothing to run on ${where}.`, next: '' }
    : {
        mark: '✅',
        answer: `Merged, and nothing of it is left to run on ${where}.`,
        next: `A later change took ${had === 1 ? 'its migration' : 'its migrations'} out of the branch again, or it ran already.`,
      };
}

function ranWords({ steps }: OutcomeView, one: string, many: string): string {
  const took = steps.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  const count = counted(steps.length, 'migration');
  const time = took > 0 ? ` in ${duration(took)}` : '';
  return `${count} ${steps.length === 1 ? one : many}${time}.`;
}
