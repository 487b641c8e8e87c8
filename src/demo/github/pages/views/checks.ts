import type { CheckRun, CommitStatus, Repository, RequiredCheck, Sha } from '../../model.ts';
import { checkRunsOf, latestRuns, latestStatuses, verdictOf } from '../../operations/check-lookup.ts';
import { appById, type World } from '../../world.ts';
import { repositoryView } from '../context.ts';
import { webAddress } from '../text.ts';

export type Tone = 'good' | 'bad' | 'busy' | 'quiet';

export interface CheckView {
  readonly tone: Tone;
  readonly mark: string;
  readonly name: string;
  readonly says: string;
  readonly by: string;
  readonly href: string | null;
  readonly isRequired: boolean;
}

export const marks: Readonly<Record<Tone, string>> = { good: '✓', bad: '✕', busy: '●', quiet: '–' };

export function toneOf(run: CheckRun): Tone {
  if (run.status !== 'completed') return 'busy';
  switch (run.conclusion) {
    case 'success':
      return 'good';
    case 'neutral':
    case 'skipped':
      return 'quiet';
    default:
      return 'bad';
  }
}

/** How a run ended, or how far it is, in words. */
export function outcomeOf(run: CheckRun): string {
  const words = run.status === 'completed' ? (run.conclusion ?? 'completed') : run.status;
  return words.replaceAll('_', ' ');
}

/** Every check on a commit: its runs, its statuses, and required ones that nobody has posted yet. */
export function checksOn(
  world: World,
  repository: Repository,
  sha: Sha,
  required: readonly RequiredCheck[],
): CheckView[] {
  const runs = latestRuns(checkRunsOf(world, repository, sha));
  const statuses = latestStatuses(world, repository, sha);
  const isRequired = (name: string, appId: number | null) =>
    required.some((check) => check.context === name && (check.appId === null || check.appId === appId));
  const posted = new Set([...runs.map((run) => run.name), ...statuses.map((status) => status.context)]);
  const unmet = required.filter(
    (check) => !posted.has(check.context) && verdictOf(world, repository, sha, check) === 'missing',
  );
  return [
    ...runs.map((run) => runView(world, repository, run, isRequired(run.name, run.appId))),
    ...statuses.map((status) => statusView(status, isRequired(status.context, null))),
    ...unmet.map(expectedView),
  ];
}

function runView(world: World, repository: Repository, run: CheckRun, isRequired: boolean): CheckView {
  const tone = toneOf(run);
  return {
    tone,
    mark: marks[tone],
    name: run.name,
    says: run.title ?? outcomeOf(run),
    by: appById(world, run.appId).name,
    href: `${repositoryView(world, repository).path}/runs/${run.id}`,
    isRequired,
  };
}

function statusView(status: CommitStatus, isRequired: boolean): CheckView {
  const tones = { success: 'good', pending: 'busy', failure: 'bad', error: 'bad' } as const;
  const tone = tones[status.state];
  return {
    tone,
    mark: marks[tone],
    name: status.context,
    says: status.description ?? status.state,
    by: 'commit status',
    href: webAddress(status.targetUrl),
    isRequired,
  };
}

function expectedView(check: RequiredCheck): CheckView {
  const says = 'Expected — waiting for status to be reported';
  return {
    tone: 'busy',
    mark: marks.busy,
    name: check.context,
    says,
    by: '',
    href: null,
    isRequired: true,
  };
}

export interface ChecksSummary {
  readonly tone: Tone;
  readonly headline: string;
  readonly detail: string;
}

/** What the checks come to together; null where there are none. */
export function summariseChecks(checks: readonly CheckView[]): ChecksSummary | null {
  if (checks.length === 0) return null;
  const count = (tone: Tone) => checks.filter((check) => check.tone === tone).length;
  const counts = [
    [count('bad'), 'failing'],
    [count('busy'), 'pending'],
    [count('quiet'), 'neutral'],
    [count('good'), 'successful'],
  ] as const;
  const detail = counts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const summary = { detail: `${detail.join(', ')} ${checks.length === 1 ? 'check' : 'checks'}` };
  if (count('bad') > 0) return { ...summary, tone: 'bad', headline: 'Some checks were not successful' };
  if (count('busy') > 0) return { ...summary, tone: 'busy', headline: 'Some checks haven’t completed yet' };
  return { ...summary, tone: 'good', headline: 'All checks have passed' };
}
